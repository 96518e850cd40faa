use renzheng_types::step_up::{NewStepUp, NewStepUpCode, StepUpMethod, StepUpPurpose};
use yew::prelude::*;

use super::{Button, ButtonKind, CodeField, ErrorSummary, NewWindowLink, Notice, Tone};
use crate::{
    browser, check,
    hook::{
        Text, Values, use_account, use_api, use_countdown, use_form, use_messages, use_service,
        use_session, use_task,
    },
};

const FIELDS: &[&str] = &["sms_code"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    check::sms_code(values.get("sms_code"))
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

/// 验证身份: a code to the bound phone, before something sensitive is done.
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
            if busy || task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, session, onproof) = (form.clone(), session.clone(), onproof.clone());
            task.run(async move {
                let proof = NewStepUp {
                    code: form.value("sms_code"),
                    method: StepUpMethod::Sms,
                    purpose: Some(purpose),
                };
                match api.step_up(&proof).await {
                    Ok(made) => {
                        // A code is good for one proof.
                        form.set("sms_code", "");
                        onproof.emit(made.step_up_token);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[("code", "sms_code")]);
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
    html! {
        <form id="step-up" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            <p>{ (s.step_up_why)(&account.phone) }</p>
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
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy() || props.busy} busy_label={s.checking}>
                    { submit.unwrap_or_else(|| s.step_up_submit.into()) }
                </Button>
            </div>
        </form>
    }
}
