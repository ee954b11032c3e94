"""Which addresses do accounts have? The first four carry the names by which allauth looks for them."""

from django.urls import URLPattern, URLResolver, include, path

from ssp.accounts.views import account, factors, invitations, people, providers, recovery, sign_in

named = [
    path("sign-in/passkey/", sign_in.sign_in_passkey, name="sign_in_passkey"),
    path("sign-in/with/<slug:slug>/", providers.go, name="provider_go"),
    path("sign-in/with/<slug:slug>/back/", providers.back, name="provider_back"),
    path("account/sign-in/<slug:slug>/connect/", providers.connect, name="provider_connect"),
    path("account/sign-in/<slug:slug>/disconnect/", providers.disconnect, name="provider_disconnect"),
    path("password/forgotten/", sign_in.password_forgotten, name="password_forgotten"),
    path("password/forgotten/sent/", sign_in.password_asked, name="password_asked"),
    path("password/link/<str:link>/", sign_in.reset_link, name="reset_link"),
    path("password/new/", sign_in.password_new, name="password_new"),
    path("password/set/", sign_in.password_set, name="password_set"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("invitation/<str:token>/", invitations.link, name="invitation_link"),
    path("second-step/", recovery.prove, name="factor_reset"),
    path("second-step/link/<str:token>/", recovery.link, name="factor_reset_link"),
    path("second-step/app/", recovery.set_up_app, name="factor_reset_app"),
    path("second-step/passkey/", recovery.set_up_passkey, name="factor_reset_passkey"),
    path("account/", account.me, name="me"),
    path("account/act-for/", account.act_for, name="act_for"),
    path("account/sessions/end/", account.sessions_end, name="sessions_end"),
    path("account/password/", account.password_change, name="password_change"),
    path("account/second-factor/", factors.set_up, name="set_up"),
    path("account/second-factor/app/", factors.set_up_app, name="set_up_app"),
    path("account/second-factor/passkey/", factors.set_up_passkey, name="set_up_passkey"),
    path("account/second-factor/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("account/second-factor/<int:factor_id>/remove/", factors.remove, name="factor_remove"),
    path("session/keep/", account.session_keep, name="session_keep"),
    path("drafts/<slug:key>/", account.draft, name="draft"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:membership_id>/end/", people.end_role, name="role_end"),
    path("people/<int:membership_id>/second-step/", people.factor_reset, name="factor_reset_ask"),
    path(
        "people/invitations/<int:invitation_id>/withdraw/",
        people.invitation_act,
        {"act": "withdraw"},
        name="invitation_withdraw",
    ),
    path(
        "people/invitations/<int:invitation_id>/resend/",
        people.invitation_act,
        {"act": "resend"},
        name="invitation_resend",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/second-factor/", sign_in.second_step, name="mfa_authenticate"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("confirm/", sign_in.confirm, name="account_reauthenticate"),
    path("", include((named, "accounts"))),
]
