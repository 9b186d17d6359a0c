"""Settings from outside: strict, all at once, and all in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaandel.config.environment import read
from vaandel.lib.env import ConfigurationError

DOCUMENTATION = Path("docs/operator/configuration.md")


def test_with_nothing_set_it_works() -> None:
    environment = read({})

    assert environment.bind == "127.0.0.1"
    assert environment.port == 8000
    assert environment.data == Path("data").absolute()
    assert environment.url == "http://127.0.0.1:8000"
    assert environment.link_url == environment.url
    assert not environment.debug
    assert not environment.demo


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VAANDEL_DEBUG", "yes", "VAANDEL_DEBUG is 'yes': it takes 1 or true, 0 or false."),
        ("VAANDEL_DEMO", "on", "VAANDEL_DEMO is 'on': it takes 1 or true, 0 or false."),
        (
            "VAANDEL_PORT",
            "http",
            "VAANDEL_PORT is 'http': it takes a whole number from 1 to 65535.",
        ),
        ("VAANDEL_PORT", "0", "VAANDEL_PORT is '0': it takes a whole number from 1 to 65535."),
        ("VAANDEL_PORT", "٣٢", "VAANDEL_PORT is '٣٢': it takes a whole number from 1 to 65535."),
        ("VAANDEL_LANGUAGE", "es", "VAANDEL_LANGUAGE is 'es': it takes one of de, en, fr, nl."),
        ("VAANDEL_TIME_ZONE", "Mars", "VAANDEL_TIME_ZONE is 'Mars': it takes a name such as"),
        ("VAANDEL_TIME_ZONE", "../etc", "VAANDEL_TIME_ZONE is '../etc': it takes a name such as"),
        ("VAANDEL_URL", "vaandel.example", "VAANDEL_URL is not an address of this form: http://…"),
        ("VAANDEL_URL", "http://[::1", "VAANDEL_URL is not an address of this form: http://…"),
        ("VAANDEL_TRUSTED_PROXIES", "10.0.0.1/8", "VAANDEL_TRUSTED_PROXIES holds '10.0.0.1/8'"),
        ("VAANDEL_COUNTRY_HEADER", "CF IPCountry", "VAANDEL_COUNTRY_HEADER is 'CF IPCountry'"),
        ("VAANDEL_DATABASE_URL", "mysql://u:p@h/n", "VAANDEL_DATABASE_URL is not an address"),
        ("VAANDEL_DATABASE_URL", "postgresql://u@h", "VAANDEL_DATABASE_URL is not an address"),
        ("VAANDEL_SMTP_URL", "mail.example:25", "VAANDEL_SMTP_URL is not an address of this form"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_variable(
    name: str, value: str, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        read({name: value})


def test_a_password_is_not_repeated_in_an_error() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read({"VAANDEL_DATABASE_URL": "mysql://user:hush@host/name"})

    assert "hush" not in str(caught.value)


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read({"VAANDEL_DEBUG": "yes", "VAANDEL_PORT": "x"})

    assert len(str(caught.value).splitlines()) == 2


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")

    assert read({"VAANDEL_SECRET_KEY_FILE": str(secret)}).secret_key == "from-a-file"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="VAANDEL_SECRET_KEY_FILE cannot be read"):
        read({"VAANDEL_SECRET_KEY_FILE": str(tmp_path / "nothing")})


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xfe\xfa")

    with pytest.raises(ConfigurationError, match="not UTF-8 text"):
        read({"VAANDEL_SECRET_KEY_FILE": str(tmp_path / "picture")})


def test_a_value_and_a_file_together_are_an_error(tmp_path: Path) -> None:
    both = {"VAANDEL_PORT": "1", "VAANDEL_PORT_FILE": str(tmp_path)}

    with pytest.raises(ConfigurationError, match="are both set"):
        read(both)


def test_a_misspelt_variable_is_noticed() -> None:
    assert read({"VAANDEL_PROT": "1"}).unknown == ("VAANDEL_PROT (did you mean VAANDEL_PORT?)",)


def test_words_are_separated_by_commas_or_spaces() -> None:
    environment = read({"VAANDEL_ALLOWED_HOSTS": "a.example, b.example c.example"})

    assert environment.allowed_hosts == ("a.example", "b.example", "c.example")


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
    ],
)
def test_the_address_follows_from_where_it_listens(bind: str, url: str) -> None:
    assert read({"VAANDEL_BIND": bind}).url == url


def test_every_variable_is_documented_and_every_documented_one_exists() -> None:
    documented = re.findall(r"^### `(VAANDEL_\w+)`", DOCUMENTATION.read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(read({}).names)


def test_a_header_is_named_as_wsgi_names_it() -> None:
    assert read({"VAANDEL_COUNTRY_HEADER": "CF-IPCountry"}).country_header == "HTTP_CF_IPCOUNTRY"
    assert read({}).country_header == ""


def test_lists_of_others_are_files(tmp_path: Path) -> None:
    environment = read({"VAANDEL_DATA_CENTRES": str(tmp_path / "aws.json")})

    assert environment.data_centres == tmp_path / "aws.json"
    assert environment.country_database is None


def test_rates_of_domains_are_mails_a_second() -> None:
    found = read({"VAANDEL_MAIL_DOMAIN_RATES": "Gmail.com=20, outlook.com=5"})

    assert found.mail_domain_rates == (("gmail.com", 20), ("outlook.com", 5))


@pytest.mark.parametrize("value", ["gmail.com", "gmail.com=0", "gmail.com=x", "=5"])
def test_a_rate_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="VAANDEL_MAIL_DOMAIN_RATES holds"):
        read({"VAANDEL_MAIL_DOMAIN_RATES": value})
