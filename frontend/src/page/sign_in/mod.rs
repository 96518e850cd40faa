mod passkey;
mod qr;
mod second_step;

use passkey::PasskeyButton;
use qr::QrPanel;
use renzheng_types::{
    captcha::CaptchaAnswer,
    session::{NewSession, PasswordSignIn, SecondFactorNeeded, SmsSignIn},
    sms_code::SmsCodePurpose,
};
use second_step::SecondStep;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    api::{CodeUse, Failure, SignInAnswer},
    app::{Next, Route},
    check,
    component::{
        Button, CaptchaField, Checkbox, ErrorSummary, Notice, Page, PasswordField, RouteLink,
        SmsCode, Tabs, TextField, Tone, Width,
    },
    hook::{
        Form, SessionState, Text, Values, use_api, use_captcha, use_drafts, use_form, use_messages,
        use_session, use_task,
    },
};

/// Whose draft is kept.
pub const FORM: &str = "sign-in";
const FIELDS: &[&str] = &["phone", "password", "captcha.text", "sms_code", "remember"];
/// The server's names for the same fields.
const ALIASES: &[(&str, &str)] = &[
    ("account", "phone"),
    ("code", "sms_code"),
    ("captcha", "captcha.text"),
    ("captcha.id", "captcha.text"),
];

/// The code of a refusal that asks for a picture code as well.
const CAPTCHA_REQUIRED: &str = "captcha-required";

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::account(values.get("phone")),
        "password" => values
            .get("password")
            .is_empty()
            .then(|| Text::ours(|m| m.sign_in.password_missing)),
        "captcha.text" => check::captcha(values),
        "sms_code" => check::sms_code(values.get("sms_code")),
        _ => None,
    }
}

/// Where a message goes only a phone will do.
fn wrong_by_sms(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::phone(values.get("phone")),
        _ => wrong(field, values),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Password,
    Sms,
    Qr,
}

/// 登录, by password, by text message or by scanning. What is typed in one way is there in the
/// other.
#[component]
pub fn SignIn() -> Html {
    let m = use_messages();
    let (s, c) = (&m.sign_in, &m.common);
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let way = use_state(|| Way::Password);
    let by_sms = *way == Way::Sms;
    let form = use_form(FORM, FIELDS, if by_sms { wrong_by_sms } else { wrong });
    let task = use_task();
    let more = use_state(|| None::<SecondFactorNeeded>);
    let captcha_required = use_state(|| false);
    let asks_captcha = *captcha_required && *way == Way::Password;
    let captcha = use_captcha(asks_captcha);
    let next = use_location()
        .and_then(|location| location.query::<Next>().ok())
        .unwrap_or_default();

    let onsubmit = {
        let (form, task, captcha, way) = (form.clone(), task.clone(), captcha.clone(), *way);
        let (session, captcha_required) = (session.clone(), captcha_required.clone());
        let (more, drafts) = (more.clone(), drafts.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let fields: &[&str] = match way {
                Way::Sms => &["phone", "sms_code"],
                Way::Password if asks_captcha => &["phone", "password", "captcha.text"],
                Way::Password => &["phone", "password"],
                Way::Qr => return,
            };
            if task.busy() || !form.accept(fields) {
                return;
            }
            let answer = captcha
                .challenge()
                .filter(|_| asks_captcha)
                .map(|challenge| CaptchaAnswer {
                    id: challenge.id,
                    text: form.value("captcha.text"),
                });
            let Some(wanted) = credentials(way, &form, answer) else {
                return;
            };
            let more = more.clone();
            let (form, session, captcha) = (form.clone(), session.clone(), captcha.clone());
            let (drafts, captcha_required) = (drafts.clone(), captcha_required.clone());
            task.run(async move {
                match api.sign_in(&wanted).await {
                    // Being signed in is what leads on, see below.
                    Ok(SignInAnswer::Begun(begun)) => {
                        drafts.forget(FORM);
                        session.set_account(begun.account);
                    }
                    Ok(SignInAnswer::More(needed)) => more.set(Some(needed)),
                    Err(failure) => {
                        if asks_captcha && !matches!(failure, Failure::Unreachable) {
                            form.set("captcha.text", "");
                            captcha.renew.emit(());
                        }
                        if failure.code() == CAPTCHA_REQUIRED && !asks_captcha {
                            captcha_required.set(true);
                            form.object(Text::ours(|m| m.sign_in.captcha_needed));
                        } else {
                            form.refuse(&failure, ALIASES);
                        }
                    }
                }
            });
        })
    };
    let onselect = {
        let (way, form) = (way.clone(), form.clone());
        Callback::from(move |tab: usize| {
            form.clear_errors();
            way.set(match tab {
                0 => Way::Password,
                1 => Way::Sms,
                _ => Way::Qr,
            });
        })
    };

    if session.account().is_some() {
        return html! { <Redirect<Route> to={next.route().unwrap_or(Route::Me)} /> };
    }
    if let Some(needed) = &*more {
        let (again, more, form) = (more.clone(), more.clone(), form.clone());
        let onbegun = Callback::from(move |account| {
            drafts.forget(FORM);
            session.set_account(account);
        });
        let onback = Callback::from(move |()| {
            form.set("password", "");
            form.set("sms_code", "");
            again.set(None);
        });
        let key = needed.ticket.clone();
        let onmore = Callback::from(move |needed| more.set(Some(needed)));
        return html! { <SecondStep {key} needed={needed.clone()} {onbegun} {onback} {onmore} /> };
    }
    let onmore = {
        let more = more.clone();
        Callback::from(move |needed| more.set(Some(needed)))
    };
    let expired = matches!(session.state(), SessionState::Expired).then(|| {
        html! { <Notice tone={Tone::Info} id="expired"><p>{ s.expired }</p></Notice> }
    });
    let credentials = match *way {
        Way::Password => html! {
            <>
                <PasswordField
                    form={form.clone()}
                    name="password"
                    show_id="show-password"
                    label={c.password}
                    autocomplete="current-password"
                />
                if asks_captcha {
                    <CaptchaField form={form.clone()} {captcha} />
                }
            </>
        },
        Way::Sms => {
            html! { <SmsCode form={form.clone()} code_use={CodeUse::Purpose(SmsCodePurpose::Login)} /> }
        }
        Way::Qr => Html::default(),
    };
    let tabs = vec![
        ("tab-password", s.tab_password.into()),
        ("tab-sms", s.tab_sms.into()),
        ("tab-qr", m.qr.tab.into()),
    ];
    html! {
        <Page
            name="sign-in"
            title={s.title}
            before={html! { <><ErrorSummary form={form.clone()} />{ expired }</> }}
            wrong={!form.summary().is_empty()}
        >
            <Tabs
                label={s.tabs_label}
                {tabs}
                current={*way as usize}
                {onselect}
            >
                if *way == Way::Qr {
                    <QrPanel {onmore} />
                } else {
                    <form id="sign-in-form" novalidate=true {onsubmit}>
                        <TextField
                            form={form.clone()}
                            name="phone"
                            label={if by_sms { c.phone } else { s.account }}
                            hint={(!by_sms).then_some(s.account_hint)}
                            kind={if by_sms { "tel" } else { "text" }}
                            autocomplete="username"
                            inputmode={if by_sms { "tel" } else { "email" }}
                            width={Width::Medium}
                        />
                        { credentials }
                        if *way == Way::Password {
                            <p><RouteLink to={Route::Reset} id="to-reset">{ s.forgotten }</RouteLink></p>
                        }
                        <Checkbox form={form.clone()} name="remember" hint={s.remember_hint}>{ s.remember }</Checkbox>
                        <div class="actions">
                            <Button id="submit" submit=true busy={task.busy()} busy_label={s.submitting}>{ s.submit }</Button>
                        </div>
                    </form>
                }
            </Tabs>
            <PasskeyButton form={form.clone()} />
            <p class="page__after">
                { s.no_account }{ " " }<RouteLink to={Route::Register} id="to-register">{ s.register }</RouteLink>
            </p>
        </Page>
    }
}

fn credentials(way: Way, form: &Form, captcha: Option<CaptchaAnswer>) -> Option<NewSession> {
    let remember = form.values().is_on("remember");
    match way {
        Way::Password => Some(NewSession::Password(PasswordSignIn {
            account: form.value("phone"),
            password: form.value("password"),
            captcha,
            remember,
        })),
        Way::Sms => Some(NewSession::Sms(SmsSignIn {
            phone: form.value("phone"),
            code: form.value("sms_code"),
            remember,
        })),
        Way::Qr => None,
    }
}
