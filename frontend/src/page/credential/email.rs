use gloo_timers::callback::Interval;
use renzheng_types::{
    captcha::CaptchaAnswer,
    email::{Delivery, EmailChange, EmailState, PendingEmail},
    step_up::StepUpPurpose,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{Flow, Step, lapsed};
use crate::{
    api::Failure,
    app::Route,
    check,
    component::{
        Back, Button, ButtonKind, CaptchaField, Fact, Facts, LoadFailed, NewWindowLink, Notice,
        Page, Proved, Skeleton, StepUp, Steps, TextField, Tone, use_act,
    },
    hook::{
        Loaded, Text, Values, use_api, use_captcha, use_drafts, use_form, use_locale, use_remote,
        use_service, use_session, use_steps, use_task,
    },
    i18n,
};

const FORM: &str = "new-email";
const FIELDS: &[&str] = &["email", "captcha.text"];
/// How often the mail's progress is looked at.
const POLL_MS: u32 = 3_000;

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "email" => check::email(values.get("email")),
        _ => check::captcha(values),
    }
}

#[derive(Clone, PartialEq)]
enum Wish {
    /// What is bound; where nothing is, binding begins at once.
    See,
    Bind(Step),
    Remove,
    /// What is bound, with the news that it is less.
    Removed,
}

/// 绑定邮箱: what is bound, what waits for its link to be opened, and changing it.
#[component]
pub fn Email() -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let (api, session) = (use_api(), use_session());
    let remote = use_remote((), move || api.email());
    let steps = use_steps(|| Wish::See);
    // The mail is on its way, which the state does not tell yet.
    let sent = use_state(|| false);
    let remove = use_act();

    let state = match &remote.loaded {
        Loaded::Ready(state) => Some((**state).clone()),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    let nothing_yet = state == Some(EmailState::default());
    let wish = match steps.current() {
        Wish::See if nothing_yet => Wish::Bind(Step::Prove),
        wish => wish.clone(),
    };
    let sees = matches!(wish, Wish::See | Wish::Removed);
    let waits = sees && state.as_ref().is_some_and(|state| state.pending.is_some());
    {
        let refresh = remote.refresh.clone();
        use_effect_with(waits, move |&waits| {
            let timer = waits.then(|| Interval::new(POLL_MS, move || refresh.emit(())));
            move || drop(timer)
        });
    }
    {
        // The link may be opened elsewhere meanwhile: then the account's own picture follows.
        let session = session.clone();
        let bound = state.as_ref().and_then(|state| state.email.clone());
        use_effect_with(bound, move |bound| {
            if bound.is_some() {
                spawn_local(session.refresh());
            }
        });
    }
    {
        let (steps, sent) = (steps.clone(), sent.clone());
        use_effect_with(*sent && !nothing_yet, move |&told| {
            if told {
                sent.set(false);
                steps.restart(Wish::See);
            }
        });
    }

    let to = |goal: Wish| {
        let steps = steps.clone();
        Callback::from(move |()| steps.go_on(goal.clone()))
    };
    let onstep = {
        let (steps, sent) = (steps.clone(), sent.clone());
        let refresh = remote.refresh.clone();
        Callback::from(move |step| match step {
            Step::Done => {
                sent.set(true);
                refresh.emit(());
            }
            Step::Lapsed => steps.restart(Wish::Bind(step)),
            Step::Prove | Step::Change(_) => steps.go_on(Wish::Bind(step)),
        })
    };
    let onremove = {
        let (steps, refresh) = (steps.clone(), remote.refresh.clone());
        let (remove, session) = (remove.clone(), session.clone());
        Callback::from(move |proof: String| {
            let (steps, refresh) = (steps.clone(), refresh.clone());
            let session = session.clone();
            let call = async move { api.remove_email(&proof).await };
            remove.run(call, move |()| {
                steps.restart(Wish::Removed);
                refresh.emit(());
                spawn_local(session.refresh());
            });
        })
    };
    match (&wish, &remote.loaded) {
        (Wish::Bind(step), _) => html! { <Bind step={step.clone()} {onstep} /> },
        (Wish::Remove, _) => html! {
            <Page name="remove-email" title={w.email_remove} before={html! { <Back to={Route::Profile}>{ w.back }</Back> }}>
                <p class="lead">{ w.email_remove_why }</p>
                <Proved purpose={StepUpPurpose::Email} submit={w.email_remove} onproof={onremove} act={remove} />
            </Page>
        },
        (Wish::See | Wish::Removed, Loaded::Failed(failure)) => html! {
            <Page name="email" title={w.email}>
                <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
            </Page>
        },
        (Wish::See | Wish::Removed, _) => {
            let content = state.map_or_else(
                || html! { <Skeleton /> },
                |state| {
                    html! { <Bound {state} onbind={to(Wish::Bind(Step::Prove))} onremove={to(Wish::Remove)} /> }
                },
            );
            let before = html! {
                <>
                    <Back to={Route::Profile}>{ w.back }</Back>
                    if waits {
                        <Steps label={w.email} steps={&w.email_steps[..]} current=2 />
                    }
                </>
            };
            html! {
                <Page name="email" title={w.email} {before}>
                    if wish == Wish::Removed {
                        <Notice tone={Tone::Good} id="email-removed" live=true><p>{ w.email_removed }</p></Notice>
                    }
                    { content }
                </Page>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct BoundProps {
    state: EmailState,
    onbind: Callback<()>,
    onremove: Callback<()>,
}

/// What is bound, and how far the mail has got.
#[component]
fn Bound(props: &BoundProps) -> Html {
    let w = i18n::credential(use_locale());
    let EmailState { email, pending } = &props.state;
    let again = if pending.is_some() {
        w.email_again
    } else if email.is_some() {
        w.email_change
    } else {
        w.email
    };
    html! {
        <>
            if let Some(pending) = pending {
                <Waiting pending={pending.clone()} />
            }
            if let Some(email) = email {
                <Facts><Fact label={w.email_now} id="bound-email" value={AttrValue::from(email.clone())} /></Facts>
            }
            <p class="muted">{ w.email_why }</p>
            <div class="actions">
                <Button id="bind-email" kind={ButtonKind::Secondary} onclick={props.onbind.clone()}>{ again }</Button>
                if email.is_some() {
                    <Button id="remove-email" kind={ButtonKind::Quiet} onclick={props.onremove.clone()}>{ w.email_remove }</Button>
                }
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WaitingProps {
    pending: PendingEmail,
}

#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let service = use_service();
    let pending = &props.pending;
    let tone = match pending.delivery {
        Delivery::Sending | Delivery::Sent => Tone::Wait,
        Delivery::Failed => Tone::Bad,
    };
    let until = i18n::moment(locale, pending.expires_at);
    html! {
        <Notice {tone} title={w.email_waiting} id="email-waiting" live=true>
            <p>{ (w.email_waiting_text)(&pending.email, &until) }</p>
            <p id="email-delivery">{ (w.delivery)(pending.delivery) }</p>
            if let Some(inbox) = &service.inbox {
                <p><NewWindowLink id="mail-inbox" href={inbox.clone()}>{ w.email_inbox }</NewWindowLink></p>
            }
        </Notice>
    }
}

#[derive(Properties, PartialEq)]
struct BindProps {
    step: Step,
    /// The mail is on its way when it is done.
    onstep: Callback<Step>,
}

/// Proof, then the address; the third step is the mail's link.
#[component]
fn Bind(props: &BindProps) -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let proof = props.step.proof();
    let changes = proof.is_some();
    let captcha = use_captcha(changes);
    let onproof = props.onstep.reform(Step::Change);
    let onsubmit = {
        let (form, task) = (form.clone(), task.clone());
        let (captcha, onstep) = (captcha.clone(), props.onstep.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(proof) = proof.clone() else {
                return;
            };
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let Some(challenge) = captcha.challenge() else {
                captcha.renew.emit(());
                return;
            };
            let change = EmailChange {
                email: form.value("email").trim().to_owned(),
                captcha: CaptchaAnswer {
                    id: challenge.id,
                    text: form.value("captcha.text"),
                },
            };
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            let (captcha, onstep) = (captcha.clone(), onstep.clone());
            task.run(async move {
                let answer = api.change_email(&proof, &change).await;
                if !matches!(answer, Err(Failure::Unreachable)) {
                    form.set("captcha.text", "");
                    captcha.renew.emit(());
                }
                match answer {
                    Ok(_) => {
                        drafts.forget(FORM);
                        onstep.emit(Step::Done);
                    }
                    Err(failure) if lapsed(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(
                            &failure,
                            &[("captcha", "captcha.text"), ("captcha.id", "captcha.text")],
                        );
                    }
                }
            });
        })
    };
    let (current, content) = if !changes {
        (
            0,
            html! {
                <>
                    <p class="lead">{ w.email_why }</p>
                    { props.step.news(locale) }
                    <StepUp purpose={StepUpPurpose::Email} {onproof} />
                </>
            },
        )
    } else {
        (
            1,
            html! {
                <form id="email-form" novalidate=true {onsubmit}>
                    <TextField form={form.clone()} name="email" label={w.email_new} hint={w.email_hint} kind="email"
                        autocomplete="email" inputmode="email" />
                    <CaptchaField form={form.clone()} {captcha} />
                    <div class="actions">
                        <Button id="submit" submit=true busy={task.busy()} busy_label={w.submitting}>{ w.email_submit }</Button>
                    </div>
                </form>
            },
        )
    };
    html! {
        <Flow name="bind-email" title={w.email} steps={&w.email_steps[..]} {current} form={(current == 1).then(|| form.clone())}>
            { content }
        </Flow>
    }
}
