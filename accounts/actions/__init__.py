"""Changes of accounts that touch more than one row, from every interface."""

from accounts.actions.accounts import (
    ForeignRightsError,
    LastSuperuserError,
    count_rows,
    create_user,
    delete_user,
    superusers_beside,
    update_user,
)
from accounts.actions.addresses import (
    AddressTakenError,
    LinkError,
    ask_for_email_change,
    change_email,
    confirm_email_change,
)
from accounts.actions.registration import InvitationError, invite, make_reset_link, register
from accounts.actions.sign_ins import (
    end_other_sign_ins,
    end_sign_in,
    end_sign_ins,
    remove_factors,
    sign_out_everywhere,
)

__all__ = [
    "AddressTakenError",
    "ForeignRightsError",
    "InvitationError",
    "LastSuperuserError",
    "LinkError",
    "ask_for_email_change",
    "change_email",
    "confirm_email_change",
    "count_rows",
    "create_user",
    "delete_user",
    "end_other_sign_ins",
    "end_sign_in",
    "end_sign_ins",
    "invite",
    "make_reset_link",
    "register",
    "remove_factors",
    "sign_out_everywhere",
    "superusers_beside",
    "update_user",
]
