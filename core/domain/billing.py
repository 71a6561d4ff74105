"""A bill against the price that was declared for it."""

from decimal import Decimal


def overcharged(name: str, usd: Decimal, most: Decimal) -> str:
    """What the operator is told of a model, "provider:model", that is dearer than its price."""
    model = name.partition(":")[2]
    return (
        f"{name} billed ${usd:.4f} for a call that costs at most ${most:.4f}: the operator has to "
        f'correct [prices."{model}"] and start the program again.'
    )
