"""People's credentials, sessions and tokens become actors. Own few tables; no web framework here."""

from framework.auth.actors import Authenticated, by_email, by_id, by_session, by_token, system
from framework.auth.auth import Auth
from framework.auth.links import Invited, LinkOverError, Links
from framework.auth.passwords import check_new_password, made_password, set_password
from framework.auth.seen import SignedIn
from framework.auth.sessions import Device, SessionInfo, SignInRefusedError
from framework.auth.tokens import MadeToken, TokenInfo, list_tokens, made_id, revoke_token

__all__ = [
    "Auth",
    "Authenticated",
    "Device",
    "Invited",
    "LinkOverError",
    "Links",
    "MadeToken",
    "SessionInfo",
    "SignInRefusedError",
    "SignedIn",
    "TokenInfo",
    "by_email",
    "by_id",
    "by_session",
    "by_token",
    "check_new_password",
    "list_tokens",
    "made_id",
    "made_password",
    "revoke_token",
    "set_password",
    "system",
]
