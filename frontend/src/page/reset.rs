//! 找回密码, in four steps.

use renzheng_types::{
    captcha::CaptchaAnswer,
    password_reset::{NewPasswordReset, PasswordReset, ResetChannel, ResetPassword, ResetProof},
    session::{SecondFactorAnswer, SecondFactorKind},
};
use uuid::Uuid;
use yew::prelude::*;

use super::credential::NewPassword;
use crate::{
    api::Failure,
    app::Route,
    check,
    component::{
        Button, ButtonKind, CaptchaField, CodeField, ErrorSummary, LinkButton, NewWindowLink,
        Notice, Page, Steps, TextField, Tone, Width,
    },
    hook::{
        Form, Text, Values, use_api, use_captcha, use_countdown, use_drafts, use_form, use_locale,
        use_messages, use_service, use_task,
    },
    i18n,
};

const FORM: &str = "reset";
const FIELDS: &[&str] = &[
    "phone",
    "captcha.text",
    "sms_code",
    "totp",
    "recovery",
    "password",
    "password_confirm",
];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::phone(values.get("phone")),
        "captcha.text" => check::captcha(values),
        "sms_code" => check::sms_code(values.get("sms_code")),
        "totp" => check::sms_code(values.get("totp")),
        "recovery" => values
            .get("recovery")
            .trim()
            .is_empty()
            .then(|| Text::ours(|m| m.second_step.missing)),
        "password" => check::new_password(values),
        _ => check::password_confirm(values),
    }
}

#[derive(Clone, PartialEq)]
enum Step {
    Account,
    Prove(PasswordReset),
    Renew { id: Uuid, token: String },
    Done,
    Lapsed,
}

/// Whether the reset can't be gone on with.
fn is_over(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

#[component]
pub fn Reset() -> Html {
    let locale = use_locale();
    let (m, w) = (use_messages(), i18n::reset(locale));
    let drafts = use_drafts();
    let form = use_form(FORM, FIELDS, wrong);
    let step = use_state(|| Step::Account);
    let onstep = {
        let (step, form) = (step.clone(), form.clone());
        Callback::from(move |next: Step| {
            form.clear_errors();
            if next == Step::Done {
                drafts.forget(FORM);
            }
            step.set(next);
            crate::browser::focus_heading();
        })
    };
    let form_of = || form.clone();
    let (current, content) = match &*step {
        Step::Account => (0, html! { <AccountStep form={form_of()} {onstep} /> }),
        Step::Prove(reset) => (
            1,
            html! { <ProveStep form={form_of()} reset={reset.clone()} {onstep} /> },
        ),
        Step::Renew { id, token } => (
            2,
            html! { <RenewStep form={form_of()} id={*id} token={token.clone()} {onstep} /> },
        ),
        Step::Done => (
            3,
            html! {
                <>
                    <Notice tone={Tone::Good} title={w.done} id="done" live=true><p>{ w.done_text }</p></Notice>
                    <div class="actions"><LinkButton to={Route::SignIn} id="to-sign-in">{ m.common.sign_in }</LinkButton></div>
                </>
            },
        ),
        Step::Lapsed => {
            let again = Callback::from(move |()| onstep.emit(Step::Account));
            (
                0,
                html! {
                    <>
                        <Notice tone={Tone::Bad} id="lapsed" live=true><p>{ w.lapsed }</p></Notice>
                        <div class="actions"><Button id="again" onclick={again}>{ w.again }</Button></div>
                    </>
                },
            )
        }
    };
    let before = html! {
        <>
            <Steps label={w.title} steps={&w.steps[..]} {current} finished={current == 3} />
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <Page name="reset" title={w.title} heading={html! { w.steps[current] }} {before} wrong={!form.summary().is_empty()}>
            { content }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct AccountProps {
    form: Form,
    onstep: Callback<Step>,
}

/// ① Which account.
#[component]
fn AccountStep(props: &AccountProps) -> Html {
    let (m, w) = (use_messages(), i18n::reset(use_locale()));
    let api = use_api();
    let task = use_task();
    let captcha = use_captcha(true);
    let onsubmit = {
        let (form, task, captcha) = (props.form.clone(), task.clone(), captcha.clone());
        let onstep = props.onstep.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["phone", "captcha.text"]) {
                return;
            }
            let Some(challenge) = captcha.challenge() else {
                captcha.renew.emit(());
                return;
            };
            let wanted = NewPasswordReset {
                account: form.value("phone"),
                captcha: CaptchaAnswer {
                    id: challenge.id,
                    text: form.value("captcha.text"),
                },
            };
            let (form, captcha, onstep) = (form.clone(), captcha.clone(), onstep.clone());
            task.run(async move {
                let answer = api.begin_reset(&wanted).await;
                if !matches!(answer, Err(Failure::Unreachable)) {
                    form.set("captcha.text", "");
                }
                match answer {
                    Ok(reset) => onstep.emit(Step::Prove(reset)),
                    Err(failure) => {
                        captcha.renew.emit(());
                        let aliases = [
                            ("account", "phone"),
                            ("captcha", "captcha.text"),
                            ("captcha.id", "captcha.text"),
                        ];
                        form.refuse(&failure, &aliases);
                    }
                }
            });
        })
    };
    html! {
        <form id="reset-account" novalidate=true {onsubmit}>
            <p class="lead">{ w.lead }</p>
            <TextField form={props.form.clone()} name="phone" label={m.common.phone} hint={w.account_hint} kind="tel"
                autocomplete="username" inputmode="tel" width={Width::Medium} />
            <CaptchaField form={props.form.clone()} {captcha} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={m.common.loading}>{ w.next }</Button>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct ProveProps {
    form: Form,
    reset: PasswordReset,
    onstep: Callback<Step>,
}

/// ② A code to the phone or the bound address, and the second factor where there is one.
#[component]
fn ProveStep(props: &ProveProps) -> Html {
    let (m, w) = (use_messages(), i18n::reset(use_locale()));
    let c = &m.common;
    let (api, service) = (use_api(), use_service());
    let (task, sending) = (use_task(), use_task());
    let countdown = use_countdown();
    let sent = use_state(|| None::<ResetChannel>);
    let factor = use_state(|| None::<SecondFactorKind>);
    let id = props.reset.id;

    let send = |channel: ResetChannel| {
        let (form, sending, sent) = (props.form.clone(), sending.clone(), sent.clone());
        let (start, onstep) = (countdown.start.clone(), props.onstep.clone());
        Callback::from(move |()| {
            let (form, sent) = (form.clone(), sent.clone());
            let (start, onstep) = (start.clone(), onstep.clone());
            sending.run(async move {
                match api.send_reset_code(id, channel).await {
                    Ok(answer) => {
                        form.clear_errors();
                        sent.set(Some(channel));
                        start.emit(answer.resend_after);
                        crate::browser::focus("sms-code");
                    }
                    Err(failure) if is_over(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => form.refuse(&failure, &[]),
                }
            });
        })
    };
    let onsubmit = {
        let (form, task, factor) = (props.form.clone(), task.clone(), factor.clone());
        let onstep = props.onstep.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let kind = *factor;
            let second = match kind {
                None | Some(SecondFactorKind::Passkey) => None,
                Some(SecondFactorKind::RecoveryCode) => Some("recovery"),
                Some(_) => Some("totp"),
            };
            let fields: Vec<&'static str> = std::iter::once("sms_code").chain(second).collect();
            if task.busy() || !form.accept(&fields) {
                return;
            }
            let (form, factor, onstep) = (form.clone(), factor.clone(), onstep.clone());
            task.run(async move {
                let passkey = match kind {
                    Some(SecondFactorKind::Passkey) => match api.ask_passkey().await {
                        Ok(Some(assertion)) => Some(assertion),
                        Ok(None) => return form.object(Text::ours(|m| m.sign_in.passkey_declined)),
                        Err(failure) => return form.refuse(&failure, &[]),
                    },
                    _ => None,
                };
                let value = second.map(|field| form.value(field).trim().to_owned());
                let proof = ResetProof {
                    code: form.value("sms_code"),
                    second_factor: kind.map(|kind| SecondFactorAnswer {
                        kind,
                        value: value.unwrap_or_default(),
                        passkey,
                    }),
                };
                match api.prove_reset(id, &proof).await {
                    Ok(grant) => {
                        for field in ["sms_code", "totp", "recovery"] {
                            form.set(field, "");
                        }
                        let token = grant.reset_token;
                        onstep.emit(Step::Renew { id, token });
                    }
                    Err(failure) if failure.code() == "second-factor-required" => {
                        form.clear_errors();
                        factor.set(Some(SecondFactorKind::Totp));
                    }
                    Err(failure) if is_over(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => {
                        let aliases = [
                            ("code", "sms_code"),
                            ("second_factor", second.unwrap_or("sms_code")),
                            ("second_factor.value", second.unwrap_or("sms_code")),
                        ];
                        form.refuse(&failure, &aliases);
                    }
                }
            });
        })
    };
    let news = (*sent).map(|channel| {
        let text = match channel {
            ResetChannel::Sms => (w.sms_sent)(&props.reset.masked_phone),
            ResetChannel::Email => w.email_sent.into(),
        };
        html! {
            <Notice tone={Tone::Good} id="code-sent">
                <p>{ text }</p>
                if let Some(inbox) = &service.inbox {
                    <p><NewWindowLink id="code-inbox" href={inbox.clone()}>{ c.code_inbox }</NewWindowLink></p>
                }
            </Notice>
        }
    });
    let label = match (countdown.left, sent.is_some()) {
        (0, false) => w.by_sms.into(),
        (0, true) => c.send_code_again.into(),
        (left, _) => (c.send_again_in)(left),
    };
    let second = (*factor).map(|kind| {
        let field = match kind {
            SecondFactorKind::Passkey => html! { <p id="passkey-hint">{ m.second_step.passkey_hint }</p> },
            SecondFactorKind::RecoveryCode => html! {
                <TextField form={props.form.clone()} name="recovery" label={m.second_step.recovery}
                    hint={m.second_step.recovery_hint} width={Width::Medium} class="input--digits" />
            },
            _ => html! {
                <CodeField form={props.form.clone()} name="totp" label={m.second_step.totp} hint={m.second_step.totp_hint} />
            },
        };
        let others = [
            (SecondFactorKind::Totp, "use-totp"),
            (SecondFactorKind::Passkey, "use-passkey"),
            (SecondFactorKind::RecoveryCode, "use-recovery"),
        ];
        let others = others.into_iter().filter(|(other, _)| *other != kind);
        let others = others.map(|(other, id)| {
            let (factor, form) = (factor.clone(), props.form.clone());
            let onclick = Callback::from(move |()| {
                form.clear_errors();
                factor.set(Some(other));
            });
            html! { <li><Button {id} kind={ButtonKind::Quiet} {onclick}>{ (m.second_step.kinds)(other) }</Button></li> }
        });
        html! {
            <section class="group">
                <Notice tone={Tone::Info} id="factor-needed" live=true><p>{ w.factor_lead }</p></Notice>
                { field }
                <ul class="others">{ for others }</ul>
            </section>
        }
    });
    html! {
        <form id="reset-proof" novalidate=true {onsubmit}>
            <p class="lead">{ (w.code_lead)(&props.reset.masked_phone) }</p>
            <div class="sms-code">
                <div class="sms-code__send" role="status">{ news }</div>
                <Button id="send-code" kind={ButtonKind::Secondary} busy={sending.busy()} busy_label={c.sending_code}
                    waiting={countdown.left > 0} class="sms-code__button" onclick={send(ResetChannel::Sms)}>{ label }</Button>
                <p><Button id="send-mail" kind={ButtonKind::Quiet} busy={sending.busy()} waiting={countdown.left > 0}
                    onclick={send(ResetChannel::Email)}>{ w.by_email }</Button></p>
                <CodeField form={props.form.clone()} name="sms_code" label={w.code} hint={w.code_hint} />
            </div>
            { second }
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={c.loading}>{ w.next }</Button>
            </div>
            <p class="muted">
                { w.no_access }{ " " }<a href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
            </p>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct RenewProps {
    form: Form,
    id: Uuid,
    token: String,
    onstep: Callback<Step>,
}

/// ③ The new password.
#[component]
fn RenewStep(props: &RenewProps) -> Html {
    let (m, w) = (use_messages(), i18n::reset(use_locale()));
    let api = use_api();
    let task = use_task();
    let onsubmit = {
        let (form, task, onstep) = (props.form.clone(), task.clone(), props.onstep.clone());
        let (id, token) = (props.id, props.token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["password", "password_confirm"]) {
                return;
            }
            let new = ResetPassword {
                reset_token: token.clone(),
                password: form.value("password"),
            };
            let (form, onstep) = (form.clone(), onstep.clone());
            task.run(async move {
                match api.reset_password(id, &new).await {
                    Ok(()) => onstep.emit(Step::Done),
                    Err(failure) if is_over(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => form.refuse(&failure, &[]),
                }
            });
        })
    };
    html! {
        <form id="reset-password" novalidate=true {onsubmit}>
            <NewPassword form={props.form.clone()} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={m.common.loading}>{ w.submit }</Button>
            </div>
        </form>
    }
}
