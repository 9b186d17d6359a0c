"""Choosing rows in a form by their numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms

if TYPE_CHECKING:
    RowsBase = forms.ModelMultipleChoiceField[Any]
else:
    RowsBase = forms.ModelMultipleChoiceField

# No column holds a larger number; SQLite refuses to be asked about one.
LARGEST: Final = 2**63 - 1
# More digits than Python reads at once are no number of a row either.
NUMBER: Final = re.compile(r"\s*[+-]?\d{19,4000}\s*")


class RowsField(RowsBase):
    """Several rows; a number that no row can have is refused like an unknown one."""

    def clean(self, value: Any) -> Any:
        for given in value if isinstance(value, list | tuple) else ():
            if NUMBER.fullmatch(str(given)) and abs(int(given)) > LARGEST:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": given},
                )
        return super().clean(value)
