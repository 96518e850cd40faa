use renzheng_types::{
    passkey::Passkey,
    staff::{StaffPasswordChange, StaffProof},
    value::password,
};
use yew::prelude::*;

use super::{
    factor::{self, Shown},
    frame::{StaffPage, use_staff},
    passkeys,
    proof::ProofForm,
};
use crate::{
    api::{Api, Failure, Holder},
    app::Route,
    browser, check,
    component::{Button, ButtonKind, ErrorSummary, Fact, Facts, Notice, Tone},
    hook::{
        Form, Loaded, Text, Values, use_api, use_drafts, use_form, use_locale, use_remote_with,
        use_task,
    },
    i18n,
    page::passkey::Make,
};

const FORM: &str = "staff-account";
const FIELDS: &[&str] = &["password_now", "password", "password_confirm", "code"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let missing = |text: fn(&'static i18n::Staff) -> &'static str| {
        let empty = values.get(field).trim().is_empty();
        empty.then(|| Text::by(move |locale| text(i18n::staff(locale)).into()))
    };
    match field {
        "password_now" => missing(|s| s.password_missing),
        "code" => missing(|s| s.code_missing),
        "password" => check::told(
            password::check(values.get("password"), &[]),
            ("请设置密码", "Choose a password"),
        ),
        "password_confirm" => check::password_confirm(values),
        _ => None,
    }
}

/// What somebody does with what is their own.
#[derive(Clone, PartialEq)]
enum Act {
    Password,
    Codes,
    AddPasskey,
    RemovePasskey(Passkey),
}

impl Act {
    /// The fields it takes beside the code.
    fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::Password => &FIELDS[..3],
            _ => &FIELDS[..1],
        }
    }

    /// Does it, once both factors are shown; answers what is shown then.
    async fn run(self, api: Api, form: &Form, shown: Shown) -> Result<Step, Failure> {
        let proof = StaffProof {
            password: form.value("password_now"),
            code: shown.code,
            passkey: shown.passkey,
        };
        Ok(match self {
            Self::Password => {
                let change = StaffPasswordChange {
                    password: proof.password,
                    new_password: form.value("password"),
                    code: proof.code,
                    passkey: proof.passkey,
                };
                api.change_staff_password(&change).await?;
                Step::Shown(Some(Done::Password))
            }
            Self::Codes => Step::Codes(api.renew_staff_codes(&proof).await?.codes),
            Self::AddPasskey => Step::Make(api.begin_staff_passkey(&proof).await?.into()),
            Self::RemovePasskey(passkey) => {
                api.remove_staff_passkey(passkey.id, &proof).await?;
                Step::Shown(Some(Done::PasskeyRemoved))
            }
        })
    }
}

/// What was just done.
#[derive(Clone, Copy, PartialEq)]
enum Done {
    Password,
    PasskeyAdded,
    PasskeyRemoved,
}

/// What somebody is at.
#[derive(Clone, PartialEq)]
enum Step {
    Shown(Option<Done>),
    Prove(Act),
    /// The new recovery codes.
    Codes(Vec<String>),
    /// What the browser is asked to make, as the server put it.
    Make(AttrValue),
}

/// 我的账户: password, recovery codes and passkeys, each with the present password and a second factor.
#[component]
pub fn Account() -> Html {
    let locale = use_locale();
    let (s, p) = (i18n::staff(locale), i18n::people_words(locale));
    let (w, c) = (i18n::passkey(locale), i18n::console_words(locale));
    let (api, staff, drafts) = (use_api(), use_staff(), use_drafts());
    let step = use_state(|| Step::Shown(None));
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let own = {
        let staff = staff.clone();
        use_remote_with(
            (),
            move || api.staff_passkeys(),
            move |failure| staff.note(failure),
        )
    };
    let turn = {
        let (step, form, refresh) = (step.clone(), form.clone(), own.refresh.clone());
        Callback::from(move |to: Step| {
            for field in FIELDS {
                form.set(field, "");
            }
            form.clear_errors();
            if matches!(to, Step::Shown(_)) {
                refresh.emit(());
            }
            step.set(to);
            browser::focus_heading();
        })
    };
    let to = |to: Step| turn.reform(move |()| to.clone());
    let send = |act: Act| {
        let (form, task, staff) = (form.clone(), task.clone(), staff.clone());
        let (drafts, turn) = (drafts.clone(), turn.clone());
        Callback::from(move |by_passkey: bool| {
            let mut fields = act.fields().to_vec();
            fields.extend((!by_passkey).then_some("code"));
            if task.busy() || !form.accept(&fields) {
                return;
            }
            let (act, form, staff) = (act.clone(), form.clone(), staff.clone());
            let (drafts, turn) = (drafts.clone(), turn.clone());
            task.run(async move {
                let Some(shown) = factor::shown(api, &form, by_passkey).await else {
                    return;
                };
                match act.run(api, &form, shown).await {
                    Ok(next) => {
                        drafts.forget(FORM);
                        turn.emit(next);
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.set("code", "");
                        form.refuse(
                            &failure,
                            &[("password", "password_now"), ("new_password", "password")],
                        );
                    }
                }
            });
        })
    };
    let has_passkey = matches!(&own.loaded, Loaded::Ready(list) if !list.items.is_empty());
    let proof = |act: &Act, submit: &'static str| {
        html! {
            <ProofForm
                form={form.clone()}
                onsubmit={send(act.clone())}
                busy={task.busy()}
                changes={*act == Act::Password}
                passkey={has_passkey}
                {submit}
                back={to(Step::Shown(None))}
            />
        }
    };
    let member = &staff.member;
    let (title, content) = match &*step {
        Step::Shown(done) => {
            let removing = turn.reform(|passkey| Step::Prove(Act::RemovePasskey(passkey)));
            let told = done.map(|done| {
                let (id, text) = match done {
                    Done::Password => ("password-changed", p.password_changed),
                    Done::PasskeyAdded => ("passkey-added", p.passkey_added),
                    Done::PasskeyRemoved => ("passkey-removed", p.passkey_removed),
                };
                html! { <Notice tone={Tone::Good} {id} live=true><p>{ text }</p></Notice> }
            });
            (
                p.own_account,
                html! {
                    <>
                        { for told }
                        <Facts id="own">
                            <Fact label={s.name} value={AttrValue::from(member.name.clone())} />
                            <Fact label={s.login} value={AttrValue::from(member.login.clone())} />
                            <Fact label={s.role_label} value={AttrValue::from((s.role)(member.role))} />
                            if let Some(hall) = &member.hall {
                                <Fact label={s.hall} value={AttrValue::from(hall.name.clone())} />
                            }
                            <Fact label={p.codes_left} value={AttrValue::from(member.recovery_codes_left.to_string())} />
                        </Facts>
                        <div class="actions">
                            <Button id="to-password" kind={ButtonKind::Secondary} onclick={to(Step::Prove(Act::Password))}>{ p.change_password }</Button>
                            <Button id="to-codes" kind={ButtonKind::Secondary} onclick={to(Step::Prove(Act::Codes))}>{ p.renew_codes }</Button>
                        </div>
                        <section aria-labelledby="passkeys-title">
                            <h2 id="passkeys-title">{ w.title }</h2>
                            <p class="muted">{ p.passkeys_why }</p>
                            { passkeys::shown(&own, to(Step::Prove(Act::AddPasskey)), removing) }
                        </section>
                    </>
                },
            )
        }
        Step::Prove(act) => {
            let (title, why, submit) = match act {
                Act::Password => (p.change_password, None, p.change_password),
                Act::Codes => (p.renew_codes, Some(p.renew_codes_why), p.renew_codes),
                Act::AddPasskey => (w.add_title, Some(p.add_passkey_why), s.go_on),
                Act::RemovePasskey(_) => (w.remove_title, Some(w.remove_why), w.remove_now),
            };
            let why = why.map(|why| html! { <p class="lead">{ why }</p> });
            (title, html! { <>{ for why }{ proof(act, submit) }</> })
        }
        Step::Codes(codes) => (
            p.renew_codes,
            html! { <super::enrol::Codes codes={codes.clone()} renewed=true /> },
        ),
        Step::Make(asked) => {
            let lapsed = {
                let (form, turn) = (form.clone(), turn.clone());
                Callback::from(move |()| {
                    turn.emit(Step::Prove(Act::AddPasskey));
                    form.object(Text::by(|locale| i18n::passkey(locale).lapsed.into()));
                })
            };
            let note = {
                let staff = staff.clone();
                Callback::from(move |failure| staff.note(&failure))
            };
            let cancel = html! {
                <Button id="cancel" kind={ButtonKind::Quiet} onclick={to(Step::Shown(None))}>{ c.cancel }</Button>
            };
            (
                w.add_title,
                html! {
                    <Make
                        asked={asked.clone()}
                        holder={Holder::Staff}
                        onmade={turn.reform(|_| Step::Shown(Some(Done::PasskeyAdded)))}
                        onlapsed={lapsed}
                        {note}
                        {cancel}
                    />
                },
            )
        }
    };
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <StaffPage name="staff-account" {title} here={Route::StaffAccount} {before} wrong={!form.summary().is_empty()}>
            { content }
        </StaffPage>
    }
}
