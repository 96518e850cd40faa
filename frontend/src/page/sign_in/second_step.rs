use renzheng_types::{
    account::Account,
    session::{
        NewSession, SecondFactorAnswer, SecondFactorKind, SecondFactorNeeded, SecondFactorSignIn,
    },
};
use yew::prelude::*;

use crate::{
    api::{Failure, SignInAnswer},
    app::Route,
    check,
    component::{
        Button, ButtonKind, CodeField, ErrorSummary, Notice, Page, PasswordField, RouteLink,
        TextField, Tone, Width,
    },
    hook::{Text, Values, use_api, use_countdown, use_form, use_messages, use_task},
};

const FIELDS: &[&str] = &["sms_code", "totp", "recovery", "second_password"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let value = values.get(field);
    match field {
        "sms_code" | "totp" => check::sms_code(value),
        _ => value
            .trim()
            .is_empty()
            .then(|| Text::ours(|m| m.second_step.missing)),
    }
}

const fn field_of(kind: SecondFactorKind) -> &'static str {
    match kind {
        // Has no field: the browser asks.
        SecondFactorKind::Passkey => "passkey",
        SecondFactorKind::Totp => "totp",
        SecondFactorKind::RecoveryCode => "recovery",
        SecondFactorKind::Sms => "sms_code",
        SecondFactorKind::Password => "second_password",
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub needed: SecondFactorNeeded,
    pub onbegun: Callback<Account>,
    pub onback: Callback<()>,
    pub onmore: Callback<SecondFactorNeeded>,
}

/// The second proof, by whichever way of those that will do.
#[component]
pub fn SecondStep(props: &Props) -> Html {
    let m = use_messages();
    let (s, c) = (&m.second_step, &m.common);
    let api = use_api();
    let form = use_form("second-step", FIELDS, wrong);
    let (task, sending) = (use_task(), use_task());
    let countdown = use_countdown();
    let sent = use_state(|| false);
    let first = props.needed.kinds.first().copied();
    let kind = use_state(|| first.unwrap_or(SecondFactorKind::Sms));

    let onsubmit = {
        let (form, task, kind) = (form.clone(), task.clone(), *kind);
        let (begun, more) = (props.onbegun.clone(), props.onmore.clone());
        let ticket = props.needed.ticket.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let field = field_of(kind);
            let by_passkey = kind == SecondFactorKind::Passkey;
            let fields = if by_passkey { &[][..] } else { &[field][..] };
            if task.busy() || !form.accept(fields) {
                return;
            }
            let ticket = ticket.clone();
            let (form, begun, more) = (form.clone(), begun.clone(), more.clone());
            task.run(async move {
                let passkey = match by_passkey {
                    true => match api.ask_passkey().await {
                        Ok(Some(assertion)) => Some(assertion),
                        Ok(None) => return form.object(Text::ours(|m| m.sign_in.passkey_declined)),
                        Err(failure) => return form.refuse(&failure, &[]),
                    },
                    false => None,
                };
                let wanted = NewSession::SecondFactor(SecondFactorSignIn {
                    ticket,
                    answer: SecondFactorAnswer {
                        kind,
                        value: form.value(field).trim().to_owned(),
                        passkey,
                    },
                });
                match api.sign_in(&wanted).await {
                    Ok(SignInAnswer::Begun(session)) => {
                        form.set(field, "");
                        begun.emit(session.account);
                    }
                    Ok(SignInAnswer::More(needed)) => more.emit(needed),
                    Err(failure) => {
                        let theirs = ["code", "value", "answer.value", "answer", "second_factor"];
                        form.refuse(&failure, &theirs.map(|name| (name, field)));
                    }
                }
            });
        })
    };
    let send = {
        let (form, sending, sent) = (form.clone(), sending.clone(), sent.clone());
        let (ticket, start) = (props.needed.ticket.clone(), countdown.start.clone());
        Callback::from(move |()| {
            let (form, sent, start) = (form.clone(), sent.clone(), start.clone());
            let ticket = ticket.clone();
            sending.run(async move {
                match api.send_second_factor_code(&ticket).await {
                    Ok(answer) => {
                        sent.set(true);
                        start.emit(answer.resend_after);
                        crate::browser::focus("sms-code");
                    }
                    Err(failure) => refuse_code(&form, &failure),
                }
            });
        })
    };

    let field = match *kind {
        SecondFactorKind::Passkey => html! { <p id="passkey-hint">{ s.passkey_hint }</p> },
        SecondFactorKind::Totp => html! {
            <CodeField form={form.clone()} name="totp" label={s.totp} hint={s.totp_hint} />
        },
        SecondFactorKind::RecoveryCode => html! {
            <TextField form={form.clone()} name="recovery" label={s.recovery} hint={s.recovery_hint} width={Width::Medium} class="input--digits" />
        },
        SecondFactorKind::Password => html! {
            <PasswordField form={form.clone()} name="second_password" show_id="show-password" label={c.password} autocomplete="current-password" />
        },
        SecondFactorKind::Sms => {
            let label = match (countdown.left, *sent) {
                (0, false) => c.send_code.into(),
                (0, true) => c.send_code_again.into(),
                (left, _) => (c.send_again_in)(left),
            };
            html! {
                <div class="sms-code">
                    <div role="status">
                        if *sent {
                            <Notice tone={Tone::Good} id="code-sent"><p>{ (s.sms_sent)(&props.needed.masked_phone) }</p></Notice>
                        }
                    </div>
                    <Button id="send-code" kind={ButtonKind::Secondary} busy={sending.busy()} busy_label={c.sending_code}
                        waiting={countdown.left > 0} class="sms-code__button" onclick={send}>{ label }</Button>
                    <CodeField form={form.clone()} name="sms_code" />
                </div>
            }
        }
    };
    // It is asked for beside a code to the phone, which may have a new owner by now.
    let by_password = *kind == SecondFactorKind::Password;
    let lead = match props.needed.kinds[..] {
        [SecondFactorKind::Password] => s.lead_password,
        // Asked for without a second step of the account's own, on a new device above all.
        [SecondFactorKind::Sms] => s.lead_sms,
        _ => s.lead,
    };
    let others = props.needed.kinds.iter().filter(|other| **other != *kind);
    let others: Vec<Html> = others
        .map(|&other| {
            let (kind, form) = (kind.clone(), form.clone());
            let onclick = Callback::from(move |()| {
                form.clear_errors();
                kind.set(other);
            });
            let id = match other {
                SecondFactorKind::Passkey => "use-passkey",
                SecondFactorKind::Totp => "use-totp",
                SecondFactorKind::RecoveryCode => "use-recovery",
                SecondFactorKind::Sms => "use-sms",
                SecondFactorKind::Password => "use-password",
            };
            html! { <li><Button {id} kind={ButtonKind::Quiet} {onclick}>{ (s.kinds)(other) }</Button></li> }
        })
        .collect();
    html! {
        <Page
            name="second-step"
            title={s.title}
            before={html! { <ErrorSummary form={form.clone()} /> }}
            wrong={!form.summary().is_empty()}
        >
            <p class="lead">{ lead }</p>
            <form id="second-step-form" novalidate=true {onsubmit}>
                { field }
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={m.sign_in.submitting}>{ s.submit }</Button>
                    <Button id="back" kind={ButtonKind::Quiet} onclick={props.onback.clone()}>{ s.back }</Button>
                </div>
            </form>
            <section class="page__after">
                if !others.is_empty() {
                    <h2>{ s.other }</h2>
                    <ul class="others">{ for others }</ul>
                }
                if by_password {
                    <p>{ s.not_mine }{ " " }<RouteLink to={Route::Register} id="to-register">{ s.register }</RouteLink></p>
                }
                <p class="muted">{ s.lost }</p>
            </section>
        </Page>
    }
}

fn refuse_code(form: &crate::hook::Form, failure: &Failure) {
    if let Some(text) = form.refuse_part(failure) {
        form.object(text);
    }
}
