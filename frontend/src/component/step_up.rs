use renzheng_types::{
    session::SecondFactorKind,
    step_up::{NewStepUp, NewStepUpCode, StepUpMethod, StepUpPurpose},
};
use yew::prelude::*;

use super::{Button, ButtonKind, CodeField, ErrorSummary, NewWindowLink, Notice, Tone};
use crate::{
    browser, check,
    hook::{
        Loaded, Text, Values, use_account, use_api, use_countdown, use_form, use_messages,
        use_remote, use_service, use_session, use_task,
    },
};

const FIELDS: &[&str] = &["sms_code", "totp"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    check::sms_code(values.get(field))
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

/// 验证身份: a code to the bound phone or of the authenticator app, before something sensitive is done.
#[component]
pub fn StepUp(props: &Props) -> Html {
    let m = use_messages();
    let (s, c) = (&m.security, &m.common);
    let (api, session, account) = (use_api(), use_session(), use_account());
    let service = use_service();
    let form = use_form("step-up", FIELDS, wrong);
    let (task, sending) = (use_task(), use_task());
    let countdown = use_countdown();
    let sent = use_state(|| false);
    let purpose = props.purpose;
    let factors = use_remote((), move || api.second_factors());
    let has_app = match &factors.loaded {
        Loaded::Ready(factors) => factors.totp_since.is_some(),
        // Then the phone must do.
        Loaded::Loading | Loaded::Failed(_) => false,
    };
    let has_phone = !account.phone.is_empty();
    let chosen = use_state(|| None::<StepUpMethod>);
    let method = (*chosen).unwrap_or(match has_app && !has_phone {
        true => StepUpMethod::Totp,
        false => StepUpMethod::Sms,
    });
    let field = match method {
        StepUpMethod::Sms => "sms_code",
        StepUpMethod::Totp => "totp",
    };

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
        let busy = props.busy;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy || task.busy() || !form.accept(&[field]) {
                return;
            }
            let (form, session, onproof) = (form.clone(), session.clone(), onproof.clone());
            task.run(async move {
                let proof = NewStepUp {
                    code: form.value(field),
                    method,
                    purpose: Some(purpose),
                };
                match api.step_up(&proof).await {
                    Ok(made) => {
                        // A code is good for one proof.
                        form.set(field, "");
                        onproof.emit(made.step_up_token);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[("code", field)]);
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
    let submit = props.submit.clone();
    let by_sms = html! {
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
    };
    let (proof, other) = match method {
        StepUpMethod::Sms => {
            let app = (StepUpMethod::Totp, SecondFactorKind::Totp, "use-totp");
            (by_sms, has_app.then_some(app))
        }
        StepUpMethod::Totp => {
            let (label, hint) = (m.second_step.totp, m.second_step.totp_hint);
            let phone = (StepUpMethod::Sms, SecondFactorKind::Sms, "use-sms");
            (
                html! { <CodeField form={form.clone()} name="totp" {label} {hint} /> },
                has_phone.then_some(phone),
            )
        }
    };
    let other = other.map(|(other, kind, id)| {
        let (form, chosen) = (form.clone(), chosen.clone());
        let onclick = Callback::from(move |()| {
            form.clear_errors();
            chosen.set(Some(other));
        });
        html! { <p><Button {id} kind={ButtonKind::Quiet} {onclick}>{ (m.second_step.kinds)(kind) }</Button></p> }
    });
    html! {
        <form id="step-up" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            { proof }
            { other }
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy() || props.busy} busy_label={s.checking}>
                    { submit.unwrap_or_else(|| s.step_up_submit.into()) }
                </Button>
            </div>
        </form>
    }
}
