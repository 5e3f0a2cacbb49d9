"""HTTP: tools, approvals, customer pages, webhooks."""
