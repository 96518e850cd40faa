use renzheng_types::{
    session::SecondFactorKind,
    step_up::{NewStepUp, NewStepUpCode, StepUpMethod, StepUpPurpose},
};
use yew::prelude::*;

use super::{Button, ButtonKind, CodeField, ErrorSummary, NewWindowLink, Notice, Skeleton, Tone};
use crate::{
    browser, check,
    hook::{
        Loaded, Text, Values, use_account, use_api, use_countdown, use_form, use_locale,
        use_messages, use_remote, use_service, use_session, use_task,
    },
    i18n,
};

const FIELDS: &[&str] = &["sms_code", "totp"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    check::sms_code(values.get(field))
}

/// The field of a way; a passkey has none: the browser asks.
const fn field_of(method: StepUpMethod) -> Option<&'static str> {
    match method {
        StepUpMethod::Sms => Some("sms_code"),
        StepUpMethod::Totp => Some("totp"),
        StepUpMethod::Passkey => None,
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub purpose: StepUpPurpose,
    /// Takes the proof, good for one act.
    pub onproof: Callback<String>,
    /// The button's words, where the proof is all that the act still needs.
    #[prop_or_default]
    pub submit: Option<AttrValue>,
    /// The act itself is under way.
    #[prop_or_default]
    pub busy: bool,
}

/// 验证身份: a code to the bound phone or of the authenticator app, or a passkey, before something sensitive is done.
#[component]
pub fn StepUp(props: &Props) -> Html {
    let m = use_messages();
    let (s, c) = (&m.security, &m.common);
    let w = i18n::passkey(use_locale());
    let (api, session, account) = (use_api(), use_session(), use_account());
    let service = use_service();
    let form = use_form("step-up", FIELDS, wrong);
    let (task, sending) = (use_task(), use_task());
    let countdown = use_countdown();
    let (sent, declined) = (use_state(|| false), use_state(|| false));
    let purpose = props.purpose;
    let factors = use_remote((), move || api.second_factors());
    let (has_app, has_passkey) = match &factors.loaded {
        Loaded::Ready(factors) => (
            factors.totp_since.is_some(),
            browser::has_passkeys() && !factors.passkeys.is_empty(),
        ),
        // Then the phone must do.
        Loaded::Loading | Loaded::Failed(_) => (false, false),
    };
    let has_phone = !account.phone.is_empty();
    let ways: Vec<StepUpMethod> = [
        (StepUpMethod::Sms, has_phone),
        (StepUpMethod::Totp, has_app),
        (StepUpMethod::Passkey, has_passkey),
    ]
    .into_iter()
    .filter_map(|(way, has)| has.then_some(way))
    .collect();
    let chosen = use_state(|| None::<StepUpMethod>);
    let method = chosen.or(ways.first().copied()).unwrap_or_default();
    let field = field_of(method);
    let by_passkey = method == StepUpMethod::Passkey;

    let send = {
        let (form, sent, sending) = (form.clone(), sent.clone(), sending.clone());
        let (session, start) = (session.clone(), countdown.start.clone());
        Callback::from(move |()| {
            let (form, sent, session) = (form.clone(), sent.clone(), session.clone());
            let start = start.clone();
            sending.run(async move {
                let wanted = NewStepUpCode {
                    purpose: Some(purpose),
                };
                match api.send_step_up_code(&wanted).await {
                    Ok(answer) => {
                        form.clear_errors();
                        sent.set(true);
                        start.emit(answer.resend_after);
                        browser::focus("sms-code");
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let onsubmit = {
        let (form, task, onproof) = (form.clone(), task.clone(), props.onproof.clone());
        let (busy, declined) = (props.busy, declined.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy || task.busy() || !form.accept(field.as_slice()) {
                return;
            }
            declined.set(false);
            let (form, session, onproof) = (form.clone(), session.clone(), onproof.clone());
            let declined = declined.clone();
            task.run(async move {
                let passkey = match by_passkey {
                    true => match api.ask_passkey().await {
                        Ok(Some(assertion)) => Some(assertion),
                        Ok(None) => return declined.set(true),
                        Err(failure) => return form.refuse(&failure, &[]),
                    },
                    false => None,
                };
                let proof = NewStepUp {
                    code: field.map(|field| form.value(field)).unwrap_or_default(),
                    method,
                    passkey,
                    purpose: Some(purpose),
                };
                match api.step_up(&proof).await {
                    Ok(made) => {
                        // A code is good for one proof.
                        if let Some(field) = field {
                            form.set(field, "");
                        }
                        onproof.emit(made.step_up_token);
                    }
                    Err(failure) if failure.code() == "second-factor-invalid" => {
                        form.object(Text::by(|locale| i18n::passkey(locale).refused.into()));
                    }
                    Err(failure) => {
                        session.note(&failure);
                        let aliases = field.map(|field| ("code", field));
                        form.refuse(&failure, aliases.as_slice());
                    }
                }
            });
        })
    };
    let label = match (countdown.left, *sent) {
        (0, false) => c.send_code.into(),
        (0, true) => c.send_code_again.into(),
        (left, _) => (c.send_again_in)(left),
    };
    if !has_phone && matches!(factors.loaded, Loaded::Loading) {
        return html! { <Skeleton lines=3 /> };
    }
    let proof = match method {
        StepUpMethod::Sms => html! {
            <>
                if has_phone {
                    <p>{ (s.step_up_why)(&account.phone) }</p>
                }
                <div class="sms-code">
                    <div class="sms-code__send" role="status">
                        if *sent {
                            <Notice tone={Tone::Good} id="code-sent">
                                <p>{ (s.step_up_sent)(&account.phone) }</p>
                                <p class="notice__more">{ c.code_late }</p>
                                if let Some(inbox) = &service.inbox {
                                    <p><NewWindowLink id="code-inbox" href={inbox.clone()}>{ c.code_inbox }</NewWindowLink></p>
                                }
                            </Notice>
                        }
                    </div>
                    <Button id="send-code" kind={ButtonKind::Secondary} busy={sending.busy()} busy_label={c.sending_code}
                        waiting={countdown.left > 0} class="sms-code__button" onclick={send}>{ label }</Button>
                    <CodeField form={form.clone()} name="sms_code" />
                </div>
            </>
        },
        StepUpMethod::Totp => {
            let (label, hint) = (m.second_step.totp, m.second_step.totp_hint);
            html! { <CodeField form={form.clone()} name="totp" {label} {hint} /> }
        }
        StepUpMethod::Passkey => html! {
            <>
                <p id="passkey-hint">{ m.second_step.passkey_hint }</p>
                <div role="status">
                    if *declined {
                        <Notice tone={Tone::Info} id="not-proven"><p>{ w.not_proven }</p></Notice>
                    }
                </div>
            </>
        },
    };
    let others = ways.into_iter().filter(|other| *other != method);
    let others: Vec<Html> = others
        .map(|other| {
            let (form, chosen, declined) = (form.clone(), chosen.clone(), declined.clone());
            let onclick = Callback::from(move |()| {
                form.clear_errors();
                declined.set(false);
                chosen.set(Some(other));
            });
            let kinds = m.second_step.kinds;
            let (id, label) = match other {
                StepUpMethod::Sms => ("use-sms", kinds(SecondFactorKind::Sms)),
                StepUpMethod::Totp => ("use-totp", kinds(SecondFactorKind::Totp)),
                StepUpMethod::Passkey => ("use-passkey", w.prove),
            };
            html! { <li><Button {id} kind={ButtonKind::Quiet} {onclick}>{ label }</Button></li> }
        })
        .collect();
    let does = match by_passkey {
        true => w.prove,
        false => s.step_up_submit,
    };
    let busy_label = match by_passkey && !props.busy {
        true => m.sign_in.passkey_asking,
        false => s.checking,
    };
    html! {
        <form id="step-up" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            { proof }
            if !others.is_empty() {
                <ul class="others">{ for others }</ul>
            }
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy() || props.busy} {busy_label}>
                    { props.submit.clone().unwrap_or_else(|| does.into()) }
                </Button>
            </div>
        </form>
    }
}
