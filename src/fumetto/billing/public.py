"""What other contexts may use of billing."""

from fumetto.billing.usage.errors import SpendingLimitReached
from fumetto.billing.usage.service import Reservation, is_metered, limits_for, require_money, reserve, settle

__all__ = [
    "Reservation",
    "SpendingLimitReached",
    "is_metered",
    "limits_for",
    "require_money",
    "reserve",
    "settle",
]
