//! ② A code to the phone or the bound address, and the second factor where there is one.

use renzheng_types::{
    password_reset::{PasswordReset, ResetChannel, ResetProof},
    session::{SecondFactorAnswer, SecondFactorKind},
};
use yew::prelude::*;

use super::{Step, is_over};
use crate::{
    component::{Button, ButtonKind, CodeField, NewWindowLink, Notice, TextField, Tone, Width},
    hook::{Form, Text, use_api, use_countdown, use_locale, use_messages, use_service, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct ProveProps {
    pub form: Form,
    pub reset: PasswordReset,
    pub onstep: Callback<Step>,
}

#[component]
pub fn ProveStep(props: &ProveProps) -> Html {
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
