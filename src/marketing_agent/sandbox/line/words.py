"""The words on the LINE sandbox's pages, in English and Japanese."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EN = {
    "lang": "en",
    "sandbox": "Sandbox: this stands in for LINE. No real account is used.",
    "whose_phone": "Whose phone is this?",
    "whose_phone_why": "On a real phone the LINE app knows. Here, pick who holds it.",
    "log_in": "Log in",
    "asks": "asks to use your LINE account",
    "logged_in_as": "Logged in as",
    "someone_else": "Not you? Log in as someone else",
    "permissions": "It will receive",
    "scope_profile": "Your display name, user ID and picture",
    "scope_openid": "A confirmation that it is you",
    "scope_email": "Your email address",
    "share_email": "Share it (you may leave this out)",
    "other_browser": "Back to your browser",
    "other_browser_why": "LINE returns to the phone's default browser, not to the app "
    "that you came from. Open this link there.",
    "already_friend": "You have already added this account as a friend.",
    "add_friend": "Add as a friend",
    "unblock": "Unblock this account",
    "allow": "Allow",
    "cancel": "Cancel",
    "add_title": "Add the account as a friend?",
    "unblock_title": "Unblock the account?",
    "add_why": "You will get its news and offers in your LINE chats.",
    "not_now": "Not now",
    "official": "Official Account",
    "added": "Friends",
    "chat": "You can close this page; its messages arrive in your chats.",
    "phones": "LINE on every phone",
    "phones_why": "What each person would see of this account on their own phone.",
    "is_none": "not a friend",
    "is_friend": "friend",
    "is_blocked": "has blocked the account",
    "block": "Block",
    "not_allowed": "This login cannot be started",
    "bad_client_id": "The channel ID (client_id) is not one of this LINE.",
    "bad_redirect_uri": "The callback URL (redirect_uri) is not registered for it.",
    "not_allowed_why": "Nothing was sent to any app. Go back and start again.",
}

_JA = {
    "lang": "ja",
    "sandbox": "サンドボックス:LINEの代わりの画面です。実際のアカウントは使いません。",
    "whose_phone": "このスマートフォンは誰のものですか?",
    "whose_phone_why": "実際のLINEアプリでは自動で決まります。ここでは選んでください。",
    "log_in": "ログイン",
    "asks": "があなたのLINEアカウントの利用を求めています",
    "logged_in_as": "ログイン中",
    "someone_else": "別のアカウントでログイン",
    "permissions": "提供される情報",
    "scope_profile": "表示名、ユーザーID、プロフィール画像",
    "scope_openid": "本人であることの確認",
    "scope_email": "メールアドレス",
    "share_email": "提供する(任意)",
    "other_browser": "ブラウザに戻る",
    "other_browser_why": "LINEは元のアプリではなく、標準のブラウザに戻ります。"
    "このリンクをそこで開いてください。",
    "already_friend": "このアカウントはすでに友だちです。",
    "add_friend": "友だち追加",
    "unblock": "ブロックを解除",
    "allow": "許可する",
    "cancel": "キャンセル",
    "add_title": "友だちに追加しますか?",
    "unblock_title": "ブロックを解除しますか?",
    "add_why": "お知らせやクーポンがLINEのトークに届きます。",
    "not_now": "今はしない",
    "official": "公式アカウント",
    "added": "友だち",
    "chat": "このページは閉じてかまいません。メッセージはトークに届きます。",
    "phones": "みんなのLINE",
    "phones_why": "このアカウントが、それぞれのスマホでどう見えるかを示します。",
    "is_none": "友だちではありません",
    "is_friend": "友だち",
    "is_blocked": "ブロック中",
    "block": "ブロック",
    "not_allowed": "ログインを開始できません",
    "bad_client_id": "チャネルID(client_id)が正しくありません。",
    "bad_redirect_uri": "コールバックURL(redirect_uri)が登録されていません。",
    "not_allowed_why": "アプリには何も送られていません。最初からやり直してください。",
}

_WORDS = {"en": MappingProxyType(_EN), "ja": MappingProxyType(_JA)}


def words(*preferences: str) -> Mapping[str, str]:
    """The page's words in the first language of the lists that there is, else English.

    Each preference is a BCP 47 list as in `ui_locales` or `Accept-Language`.
    """
    for preference in preferences:
        for tag in preference.replace(",", " ").split():
            language = tag.partition(";")[0].partition("-")[0].lower()
            if language in _WORDS:
                return _WORDS[language]
    return _WORDS["en"]
