"""LINE: login, the Messaging API and webhooks of a merchant's account."""
