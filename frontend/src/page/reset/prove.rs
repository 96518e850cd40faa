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
    let (m, locale) = (use_messages(), use_locale());
    let (c, w) = (&m.common, i18n::reset(locale));
    let (api, service) = (use_api(), use_service());
    let (task, sending) = (use_task(), use_task());
    let countdown = use_countdown();
    let sent = use_state(|| None::<ResetChannel>);
    let factor = use_state(|| None::<SecondFactorKind>);
    // Nobody has proven for long to hold the phone.
    let identity = use_state(|| false);
    let id = props.reset.id;
    // Who named a mailbox is reached there alone.
    let masked = props.reset.masked_phone.as_str();
    let by_mail = masked.contains('@');

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
        let (onstep, identity) = (props.onstep.clone(), identity.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let kind = *factor;
            let second = match kind {
                None | Some(SecondFactorKind::Passkey) => None,
                Some(SecondFactorKind::RecoveryCode) => Some("recovery"),
                Some(_) => Some("totp"),
            };
            let fields: Vec<&'static str> = std::iter::once("sms_code")
                .chain(second)
                .chain(identity.then_some("id_number"))
                .collect();
            if task.busy() || !form.accept(&fields) {
                return;
            }
            let (form, factor, onstep) = (form.clone(), factor.clone(), onstep.clone());
            let identity = identity.clone();
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
                    id_number: identity.then(|| form.value("id_number")),
                };
                match api.prove_reset(id, &proof).await {
                    Ok(grant) => {
                        for field in ["sms_code", "totp", "recovery", "id_number"] {
                            form.set(field, "");
                        }
                        let token = grant.reset_token;
                        onstep.emit(Step::Renew { id, token });
                    }
                    Err(failure) if failure.code() == "second-factor-required" => {
                        form.clear_errors();
                        factor.set(Some(SecondFactorKind::Totp));
                    }
                    Err(failure) if failure.code() == "identity-required" && !*identity => {
                        form.clear_errors();
                        identity.set(true);
                    }
                    Err(failure) if is_over(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => {
                        // A passkey has no field.
                        let second = second.unwrap_or("passkey");
                        let aliases = [
                            ("code", "sms_code"),
                            ("second_factor", second),
                            ("second_factor.value", second),
                        ];
                        form.refuse(&failure, &aliases);
                    }
                }
            });
        })
    };
    let news = (*sent).map(|channel| {
        let text = match channel {
            ResetChannel::Sms => (w.sms_sent)(masked),
            ResetChannel::Email if by_mail => (w.named_email_sent)(masked),
            ResetChannel::Email => w.email_sent.into(),
        };
        let inbox = match channel {
            ResetChannel::Sms => c.code_inbox,
            ResetChannel::Email => i18n::credential(locale).email_inbox,
        };
        html! {
            <Notice tone={Tone::Good} id="code-sent">
                <p>{ text }</p>
                if let Some(href) = service.inbox.clone() {
                    <p><NewWindowLink id="code-inbox" {href}>{ inbox }</NewWindowLink></p>
                }
            </Notice>
        }
    });
    let channel = match by_mail {
        true => ResetChannel::Email,
        false => ResetChannel::Sms,
    };
    let label = match (countdown.left, sent.is_some()) {
        (0, _) if by_mail => w.by_named_email.into(),
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
            <p class="lead">{ (w.code_lead)(masked) }</p>
            <div class="sms-code">
                <div class="sms-code__send" role="status">{ news }</div>
                <Button id="send-code" kind={ButtonKind::Secondary} busy={sending.busy()} busy_label={c.sending_code}
                    waiting={countdown.left > 0} class="sms-code__button" onclick={send(channel)}>{ label }</Button>
                if !by_mail {
                    <p><Button id="send-mail" kind={ButtonKind::Quiet} busy={sending.busy()} waiting={countdown.left > 0}
                        onclick={send(ResetChannel::Email)}>{ w.by_email }</Button></p>
                }
                <CodeField form={props.form.clone()} name="sms_code" label={w.code} hint={w.code_hint} />
            </div>
            { second }
            if *identity {
                <section class="group">
                    <Notice tone={Tone::Info} id="identity-needed" live=true><p>{ w.identity_lead }</p></Notice>
                    <TextField form={props.form.clone()} name="id_number" label={w.id_number} width={Width::Medium} class="input--digits" />
                </section>
            }
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={c.loading}>{ w.next }</Button>
            </div>
            <p class="muted">
                { w.no_access }{ " " }<a href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
            </p>
        </form>
    }
}
