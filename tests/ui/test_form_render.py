"""Does a Django form come out so that a person can answer it: labels, hints, errors, nothing lost?"""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from ssp.ui.components import Problem
from ssp.ui.forms import DateField, Look, problems_of


class Concern(forms.Form):
    looks = {"answer_by": Look(reveals={"email": "address"}), "how_many": Look(width=2)}

    full_name = forms.CharField(help_text="As in your contract.", max_length=5)
    how_many = forms.IntegerField(label="How many pupils?", min_value=1)
    answer_by = forms.ChoiceField(choices=[("email", "By e-mail"), ("no", "No answer")], widget=forms.RadioSelect)
    address = forms.EmailField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)
    school = forms.ChoiceField(choices=[("", "Choose a school"), ("1", "Ashfield <Academy>")])
    agree = forms.BooleanField(label="I have read it")
    started_on = DateField(noun="the date it started")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("note") == "refuse":
            raise forms.ValidationError("The two answers contradict each other.")
        return self.cleaned_data


def bound(**data: str) -> Concern:
    return Concern(data=data)


def test_stock_required_errors_say_what_to_do() -> None:
    assert [problem.text for problem in problems_of(bound())] == [
        "Enter full name",
        "Answer “How many pupils?”",
        "Choose answer by",
        "Choose school",
        "Tick “I have read it” to go on",
        "Enter the date it started",
        "Enter token",
    ]


def test_own_required_message_is_kept() -> None:
    class Own(forms.Form):
        why = forms.CharField(error_messages={"required": "Say why you decline"})

    assert problems_of(Own(data={})) == [Problem("Say why you decline", "id_why")]


def test_summary_leads_to_the_field() -> None:
    targets = [problem.target for problem in problems_of(bound())]
    assert targets == [
        "id_full_name",
        "id_how_many",
        "id_answer_by",
        "id_school",
        "id_agree",
        "id_started_on-day",
        "",
    ]
    html = str(bound())
    for target in filter(None, targets):
        assert f'id="{target}"' in html


def test_error_of_the_whole_form_comes_first_and_stands_in_the_form() -> None:
    form = bound(note="refuse")
    assert problems_of(form)[0] == Problem("The two answers contradict each other.")
    assert "The two answers contradict each other." in str(form)


def test_formset_problems_are_all_listed() -> None:
    formset = forms.formset_factory(Concern)(
        data={"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-note": "a", "form-1-note": "b"}
    )
    assert sum(problem.text == "Enter full name" for problem in problems_of(formset)) == 2


def test_nothing_typed_is_cut_or_refused_by_the_browser() -> None:
    html = str(bound(full_name="longer than five", how_many="many"))
    for attribute in ("maxlength", "required", "min=", "placeholder", 'type="number"'):
        assert attribute not in html
    assert 'value="longer than five"' in html
    assert 'value="many"' in html
    assert 'inputmode="numeric"' in html


def test_what_is_typed_is_escaped() -> None:
    html = str(bound(full_name='"><script>alert(1)</script>', note="</textarea><script>"))
    assert "<script>" not in html
    assert "Ashfield &lt;Academy&gt;" in html


def test_optional_is_said_but_not_of_a_revealed_question() -> None:
    form = Concern()
    assert "Note (optional)" in str(form["note"])
    assert "(optional)" not in str(form["address"])
    assert "(optional)" not in str(form["full_name"])


def test_revealed_question_stands_once_behind_its_answer() -> None:
    html = str(Concern())
    assert html.count('id="id_address"') == 1
    assert html.index('id="conditional-id_answer_by"') < html.index('id="id_address"') < html.index("No answer")


def test_hidden_field_is_an_input_alone() -> None:
    html = str(Concern()["token"])
    assert html.startswith("<input") and "govuk" not in html


def test_input_alone_has_its_class_and_describes_itself() -> None:
    html = bound()["full_name"].as_widget()
    assert html.startswith("<input")
    assert 'class="govuk-input govuk-input--error"' in html
    assert 'aria-describedby="id_full_name-hint id_full_name-error"' in html


def test_every_label_leads_to_an_input() -> None:
    html = str(Concern())
    tree = str(parse_html(html))
    for target in ("id_full_name", "id_how_many", "id_note", "id_school", "id_agree", "id_started_on-month"):
        assert f'for="{target}"' in tree and f'id="{target}"' in tree


def test_file_field_never_shows_where_a_file_lies() -> None:
    class Upload(forms.Form):
        document = forms.FileField()

    class Kept:
        url = "/media/secret.pdf"

    html = str(Upload(initial={"document": Kept()}))
    assert "secret.pdf" not in html and 'type="file"' in html


@pytest.mark.parametrize("name", ["login", "signup", "change_password", "set_password", "reset_password", "add_email"])
def test_account_forms_are_drawn(name: str, settings: Any) -> None:
    """The sign-in library's forms are ordinary forms to us, placeholders and all."""
    settings.ACCOUNT_USER_MODEL_USERNAME_FIELD = None
    settings.ACCOUNT_LOGIN_METHODS = {"email"}
    settings.ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
    from allauth.account import forms as account_forms

    classes = {
        "login": account_forms.LoginForm,
        "signup": account_forms.SignupForm,
        "change_password": account_forms.ChangePasswordForm,
        "set_password": account_forms.SetPasswordForm,
        "reset_password": account_forms.ResetPasswordForm,
        "add_email": account_forms.AddEmailForm,
    }
    html = str(classes[name]())
    assert "govuk-form-group" in html and "placeholder" not in html


def test_password_can_be_shown_and_managers_know_it() -> None:
    class SignIn(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput)
        fresh = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    html = str(SignIn(data={"password": "hunter2hunter2"}))
    assert 'data-module="govuk-password-input"' in html
    assert 'autocomplete="current-password"' in html and 'autocomplete="new-password"' in html
    assert "hunter2" not in html
