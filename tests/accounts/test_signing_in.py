"""Signing in with a code by mail, a password, and a second step."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member


@pytest.fixture(autouse=True)
def no_limits_left_over() -> None:
    cache.clear()


def ask(client: Client, email: str, path: str = "/accounts/login/") -> str:
    client.post(path, {"email": email})
    mail = OutgoingMessage.objects.filter(to_address=email.lower()).order_by("-pk").first()
    found = re.search(r"^\d{6}$", mail.text if mail else "", re.MULTILINE)
    return found[0] if found else ""


def signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_one_address_one_button_one_code(client: Client, bob: Member) -> None:
    page = client.get("/accounts/login/?next=/o/acme/impact/").content.decode()
    code = ask(client, "Bob@Acme.example", "/accounts/login/?next=/o/acme/impact/")

    response = client.post("/accounts/login/code/?next=/o/acme/impact/", {"code": code})

    assert page.count('type="email"') == 1
    assert "password" not in page.split("<main")[1].split("sign-in-other")[0].replace(
        "no password", ""
    )
    assert len(code) == 6
    assert response.status_code == 302
    assert response.headers["Location"] == "/o/acme/impact/"
    assert signed_in(client)
    mail = OutgoingMessage.objects.get()
    assert mail.subject == f"{code} is your code for Vaandel"
    assert mail.person == bob.user_id


def test_the_mail_speaks_the_readers_language(client: Client, bob: Member) -> None:
    bob.user.language = "nl"
    bob.user.save()

    ask(client, bob.user.email)

    assert OutgoingMessage.objects.get().language == "nl"


def test_an_unknown_address_gets_the_same_page_and_a_mail_that_says_so(
    client: Client, bob: Member
) -> None:
    known = client.post("/accounts/login/", {"email": bob.user.email})
    page_known = client.get("/accounts/login/code/").content.decode()
    other = Client()
    unknown = other.post("/accounts/login/", {"email": "nobody@else.example"})
    page_unknown = other.get("/accounts/login/code/").content.decode()

    def neutral(page: str) -> str:
        page = re.sub(r'(csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+', "", page)
        return page.replace("nobody@else.example", bob.user.email)

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert neutral(page_known) == neutral(page_unknown)
    mail = OutgoingMessage.objects.get(to_address="nobody@else.example")
    assert mail.subject == "There is no account for this address"
    assert not re.search(r"\d{6}", mail.text)
    assert other.post("/accounts/login/code/", {"code": "000000"}).status_code == 422


def test_a_wrong_code_is_told_and_the_right_one_still_works(client: Client, bob: Member) -> None:
    code = ask(client, bob.user.email)
    wrong = "000000" if code != "000000" else "111111"

    response = client.post("/accounts/login/code/", {"code": wrong})

    assert response.status_code == 422
    assert "This code is not right." in response.content.decode()
    assert bob.user.email in response.content.decode()
    assert client.post("/accounts/login/code/", {"code": code}).status_code == 302
    assert signed_in(client)


def test_five_wrong_codes_end_it_and_the_address_is_kept(client: Client, bob: Member) -> None:
    code = ask(client, bob.user.email)
    wrong = "000000" if code != "000000" else "111111"

    for _attempt in range(5):
        response = client.post("/accounts/login/code/", {"code": wrong})
    page = client.get("/accounts/login/").content.decode()

    assert response.status_code == 302
    assert "That was too often in a short time." in page
    assert f'value="{bob.user.email}"' in page
    assert client.post("/accounts/login/code/", {"code": code}).status_code == 302
    assert not signed_in(client)


def test_an_expired_code_is_told_and_the_address_is_kept(client: Client, bob: Member) -> None:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        code = ask(client, bob.user.email)
    with time_machine.travel(at + timedelta(minutes=16), tick=False):
        response = client.post("/accounts/login/code/", {"code": code}, follow=True)

    page = response.content.decode()
    assert "That code is no longer valid." in page
    assert f'value="{bob.user.email}"' in page


def test_a_new_code_replaces_the_old_one(client: Client, bob: Member) -> None:
    ask(client, bob.user.email)
    client.post("/accounts/login/code/", {"action": "resend"})
    newest = OutgoingMessage.objects.order_by("-pk").first()
    assert newest is not None
    code = newest.subject[:6]

    client.post("/accounts/login/code/", {"code": code})

    assert OutgoingMessage.objects.count() == 2
    assert signed_in(client)


def test_too_many_codes_are_refused_kindly(bob: Member) -> None:
    found = [Client().post("/accounts/login/", {"email": bob.user.email}) for _ in range(4)]

    assert [response.status_code for response in found[:3]] == [302, 302, 302]
    assert found[3].status_code == 422
    assert "That was too often in a short time." in found[3].content.decode()
    assert OutgoingMessage.objects.count() == 3


def test_too_many_passwords_give_a_friendly_429(client: Client, bob: Member) -> None:
    for _attempt in range(30):
        client.post("/accounts/login/password/", {"login": bob.user.email, "password": "x"})

    response = client.post("/accounts/login/password/", {"login": "a@b.example", "password": "x"})

    assert response.status_code == 429
    assert "That was a lot at once" in response.content.decode()


def test_going_back_begins_anew(client: Client, bob: Member, alice: Member) -> None:
    ask(client, bob.user.email)

    page = client.get("/accounts/login/").content.decode()
    code = ask(client, alice.user.email)
    client.post("/accounts/login/code/", {"code": code})

    assert f'value="{bob.user.email}"' in page
    assert alice.user.email in client.get("/me/").content.decode()


def test_nonsense_keeps_what_was_typed(client: Client, db: None) -> None:
    response = client.post("/accounts/login/", {"email": "no address <b>"})

    assert response.status_code == 422
    assert "no address &lt;b&gt;" in response.content.decode()


def test_a_password_is_optional(client: Client, bob: Member) -> None:
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    bob.user.set_unusable_password()
    bob.user.save()
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    weak = client.post(
        "/accounts/password/set/", {"password1": "password12", "password2": "password12"}
    )
    client.post(
        "/accounts/password/set/",
        {"password1": "geel warmtenet 9", "password2": "geel warmtenet 9"},
    )
    other = Client()
    wrong = other.post("/accounts/login/password/", {"login": bob.user.email, "password": "no"})
    right = other.post(
        "/accounts/login/password/", {"login": bob.user.email, "password": "geel warmtenet 9"}
    )

    assert weak.status_code == 200
    assert "Mail address and password do not belong together." in wrong.content.decode()
    assert bob.user.email in wrong.content.decode()
    assert right.status_code == 302
    assert signed_in(other)
    assert OutgoingMessage.objects.get().subject.startswith("A password was set.")

    other.post("/me/security/password/remove/")
    bob.user.refresh_from_db()
    assert not bob.user.has_usable_password()
    assert signed_in(other)
    assert not signed_in(client)


def totp_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_a_second_step_with_an_app(client: Client, bob: Member) -> None:
    bob.user.set_unusable_password()
    bob.user.save()
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/accounts/app/add/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret is not None
    client.post("/accounts/app/add/", {"code": totp_code(secret[1])})
    stored = Authenticator.objects.get(user=bob.user, type="totp")
    codes = client.get("/accounts/recovery-codes/").content.decode()

    other = Client()
    code = ask(other, bob.user.email)
    response = other.post("/accounts/login/code/", {"code": code})
    between = signed_in(other)
    wrong = other.post("/accounts/login/second/", {"code": "000000"})
    recovery = re.search(r"<li><code>(\d+)</code>", codes)
    assert recovery is not None
    other.post("/accounts/login/second/", {"code": recovery[1]})

    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page
    assert secret[1] not in str(stored.data)
    assert response.headers["Location"] == "/accounts/login/second/"
    assert not between
    assert "This code is not right." in wrong.content.decode()
    assert signed_in(other)
    assert isinstance(stored.wrap(), TOTP)


def test_signing_out_everywhere_else(client: Client, bob: Member) -> None:
    other = Client()
    for one in (client, other):
        code = ask(one, bob.user.email)
        one.post("/accounts/login/code/", {"code": code})
    page = client.get("/accounts/sessions/").content.decode()

    client.post("/accounts/sessions/")

    assert page.count("<li") >= 2
    assert "Sign out everywhere else" in page
    assert signed_in(client)
    assert not signed_in(other)


def test_the_sign_in_page_changes_its_language(client: Client, db: None) -> None:
    client.post("/language/", {"language": "de", "next": "/accounts/login/"})

    assert '<html lang="de"' in client.get("/accounts/login/").content.decode()


def test_pages_of_allauth_that_we_do_not_use_are_not_there(client: Client, bob: Member) -> None:
    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")

    for path in ("email/", "password/reset/", "confirm-email/", "2fa/", "login/code/confirm/"):
        assert client.get(f"/accounts/{path}").status_code == 404
    assert User.objects.count() == 1
