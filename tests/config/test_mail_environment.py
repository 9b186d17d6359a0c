"""The variables of mail, read strictly and never repeated when they hold a secret."""

from __future__ import annotations

import pytest

from vaandel.config.environment import read
from vaandel.lib.env import ConfigurationError


@pytest.mark.parametrize(
    "value",
    ["api_key=k sender_domain=acme.example", '{"api_key": "k", "SENDER_DOMAIN": "acme.example"}'],
)
def test_keys_of_a_provider_are_pairs_or_an_object(value: str) -> None:
    environment = read({"VAANDEL_MAIL_PROVIDER_SETTINGS": value})

    assert environment.mail_provider_settings == (
        ("API_KEY", "k"),
        ("SENDER_DOMAIN", "acme.example"),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VAANDEL_MAIL_PROVIDER", "sendgrid"),
        ("VAANDEL_MAIL_PROVIDER_SETTINGS", "s3cret"),
        ("VAANDEL_MAIL_PROVIDER_SETTINGS", "api_key=s3cret and more"),
        ("VAANDEL_MAIL_PROVIDER_SETTINGS", "{s3cret"),
        ("VAANDEL_MAIL_WEBHOOK_SECRET", "s3cret"),
        ("VAANDEL_MAIL_WEBHOOK_SECRET", "reporter:s3cret"),
        ("VAANDEL_BOUNCE_ADDRESS", "bounces"),
        ("VAANDEL_BOUNCE_ADDRESS", "boun+ces@acme.example"),
        ("VAANDEL_BOUNCE_ADDRESS", f"{'b' * 31}@acme.example"),
        ("VAANDEL_BOUNCE_IMAP_URL", "pop3://bounces:s3cret@acme.example"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_secret(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as error:
        read({name: value})

    assert "s3cret" not in str(error.value)


def test_without_any_of_them_nothing_is_set() -> None:
    environment = read({})

    assert environment.mail_provider == ""
    assert environment.mail_provider_settings == ()
    assert environment.mail_webhook_secret == ""
    assert environment.bounce_address == ""
    assert environment.bounce_imap_url == ""
