"""What may still be bought for one question: its price is a ceiling, thoughts and repair included."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.models.prices import MILLION, Rates
from adapters.models.seeing.talk import Bill


@dataclass(frozen=True, slots=True)
class Purse:
    """`price` is the most the question may cost in dollars, None where nobody knows."""

    price: Decimal | None
    rates: Rates | None
    bill: Bill

    def tokens(self, read: int, written: int) -> int | None:
        """The tokens the next call may write if it reads so many; None where nothing is paid by the
        token. `written` is what an answer takes: all that is allowed once the bill is unknown."""
        rates = self.rates
        if not self.price or rates is None or not rates.text_out:
            return None
        if self.bill.usd is None:
            return written
        left = self.price - self.bill.usd - read * (rates.text_in or Decimal(0)) / MILLION
        return max(0, int(left * MILLION / rates.text_out))
