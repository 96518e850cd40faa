use renzheng_types::{
    Locale,
    admin::{AccountStatus, AdminAccount, AdminAct, AdminAttempt},
    verification::AttemptStatus,
};
use uuid::Uuid;
use yew::prelude::*;

use super::{
    act::{Confirm, use_staff_act},
    field::Select,
    frame::{ConsolePage, columns, state, use_shown},
    people::{account_state, chosen, reasons, why_is_wrong},
    place::Place,
    table::Table,
};
use crate::{
    component::{
        Back, ErrorSummary, Fact, Facts, LevelBadge, LoadFailed, Notice, RouteLink, Skeleton,
        TextField, Tone, Width,
    },
    hook::{Loaded, use_api, use_form, use_locale},
    i18n,
};

const FIELDS: &[&str] = &["reason", "case_number"];

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// One person: what is on file, masked; what happened; what can be done.
#[component]
pub fn Person(props: &Props) -> Html {
    let locale = use_locale();
    let p = i18n::people_words(locale);
    let (api, id) = (use_api(), props.id);
    let changed = use_state(|| None::<AdminAccount>);
    let ended = use_state(|| false);
    let form = use_form("console-act", FIELDS, why_is_wrong);
    let act = use_staff_act();
    {
        // Why something was done to somebody else is no reason here.
        let form = form.clone();
        use_effect_with(id, move |_| {
            for field in FIELDS {
                form.set(field, "");
            }
            form.clear_errors();
        });
    }
    let remote = use_shown(id, move || api.admin_account(id));
    let why = {
        let form = form.clone();
        move || {
            form.accept(FIELDS).then(|| {
                let (reason, case_number) = chosen(&form);
                AdminAct {
                    reason,
                    case_number,
                }
            })
        }
    };
    let turn = |locked: bool| {
        let (act, changed, ended, why) = (act.clone(), changed.clone(), ended.clone(), why.clone());
        Callback::from(move |()| {
            let Some(why) = why() else { return };
            let (changed, ended) = (changed.clone(), ended.clone());
            let call = async move { api.lock_account(id, locked, &why).await };
            act.run(call, move |account| {
                ended.set(false);
                changed.set(Some(account));
            });
        })
    };
    let onend = {
        let (act, ended, changed, why) = (act.clone(), ended.clone(), changed.clone(), why.clone());
        let shown = remote.loaded.clone();
        Callback::from(move |()| {
            let Some(why) = why() else { return };
            let (ended, changed, shown) = (ended.clone(), changed.clone(), shown.clone());
            let call = async move { api.end_account_sessions(id, &why).await };
            act.run(call, move |()| {
                let before = match (&*changed, &shown) {
                    (Some(account), _) => Some(account.clone()),
                    (None, Loaded::Ready(account)) => Some((**account).clone()),
                    _ => None,
                };
                changed.set(before.map(|account| AdminAccount {
                    sessions: 0,
                    ..account
                }));
                ended.set(true);
            });
        })
    };
    let content = match (&*changed, &remote.loaded) {
        (None, Loaded::Loading) => html! { <Skeleton lines=8 /> },
        (None, Loaded::Failed(failure)) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        (changed, loaded) => {
            let account = match (changed, loaded) {
                (Some(account), _) => account,
                (None, Loaded::Ready(account)) => account,
                _ => return Html::default(),
            };
            let locked = account.status == AccountStatus::Locked;
            html! {
                <>
                    if locked {
                        <Notice tone={Tone::Bad} title={p.locked} id="locked" live=true><p>{ p.locked_text }</p></Notice>
                    }
                    if *ended {
                        <Notice tone={Tone::Good} id="sessions-ended" live=true><p>{ p.sessions_ended }</p></Notice>
                    }
                    { facts(locale, account) }
                    <h2>{ p.history }</h2>
                    { history(locale, &account.verifications) }
                    <section class="group" aria-labelledby="acts">
                        <h2 id="acts">{ i18n::console_words(locale).action }</h2>
                        { act.trouble(locale) }
                        <Select form={form.clone()} name="reason" label={p.reason} choices={reasons(locale)} />
                        <TextField form={form.clone()} name="case_number" label={p.case_number} hint={p.case_number_hint} width={Width::Medium} />
                        if locked {
                            <Confirm id="unlock" title={p.unlock} why={p.unlock_why} act={act.clone()} onconfirm={turn(false)} />
                        } else {
                            <Confirm id="lock" title={p.lock} why={p.lock_why} act={act.clone()} onconfirm={turn(true)} />
                            <Confirm id="end-sessions" title={p.end_sessions} why={p.end_sessions_why} act={act.clone()} onconfirm={onend} />
                        }
                    </section>
                </>
            }
        }
    };
    let before = html! {
        <>
            <Back to={Place::People.route()}>{ p.search }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <ConsolePage name="console-person" title={p.account} here={Place::Person(id)} {before} wrong={!form.summary().is_empty()}>
            <p class="muted">{ p.masked }</p>
            { content }
        </ConsolePage>
    }
}

fn facts(locale: Locale, account: &AdminAccount) -> Html {
    let (p, w) = (i18n::people_words(locale), i18n::console_words(locale));
    let factors: Vec<&str> = account
        .second_factors
        .iter()
        .map(|kind| i18n::second_factor(locale, *kind))
        .collect();
    let text = |text: &Option<String>| text.clone().map(AttrValue::from);
    let phone = Some(account.phone.clone()).filter(|phone| !phone.is_empty());
    let factors = Some(factors.join("、")).filter(|factors| !factors.is_empty());
    let closes = account.closes_at.map(|at| i18n::moment(locale, at));
    html! {
        <Facts id="account">
            <Fact label={w.state}>{ account_state(locale, account.status) }</Fact>
            <Fact label={p.person_name} id="account-name" value={text(&account.name)} none={w.none} />
            <Fact label={p.phone} value={text(&phone)} none={w.none} />
            <Fact label={p.id_number} value={text(&account.id_number)} none={w.none} />
            <Fact label={p.email} value={text(&account.email)} none={w.none} />
            <Fact label={p.level}><LevelBadge level={account.level} /></Fact>
            <Fact label={p.sessions} id="account-sessions" value={AttrValue::from(account.sessions.to_string())} />
            <Fact label={p.second_factors} value={text(&factors)} none={w.none} />
            <Fact label={p.registered_at} value={AttrValue::from(i18n::moment(locale, account.created_at))} />
            if closes.is_some() {
                <Fact label={p.closes_at} value={text(&closes)} />
            }
            <Fact label={p.account_id}><code>{ account.id.to_string() }</code></Fact>
            <Fact label={w.trail}><RouteLink to={Place::Trail(Some(account.id)).route()} id="its-trail">{ p.its_trail }</RouteLink></Fact>
        </Facts>
    }
}

fn history(locale: Locale, attempts: &[AdminAttempt]) -> Html {
    let p = i18n::people_words(locale);
    if attempts.is_empty() {
        return html! { <p class="muted" id="no-history">{ p.no_history }</p> };
    }
    let heads = columns(&[p.time, p.method, p.result, p.provider, p.valid_until]);
    let rows = attempts.iter().map(|attempt| {
        let tone = match attempt.status {
            AttemptStatus::Passed => "good",
            AttemptStatus::Failed => "bad",
            AttemptStatus::Pending => "wait",
        };
        let status = i18n::attempt_status(locale, attempt.status);
        let reason = attempt
            .reason
            .map(|reason| i18n::attempt_reason(locale, reason));
        let told = reason.map_or_else(
            || status.to_owned(),
            |reason| format!("{status} · {reason}"),
        );
        let asked = [attempt.provider.as_deref(), attempt.result_code.as_deref()];
        let asked: Vec<&str> = asked.into_iter().flatten().collect();
        let valid = attempt.valid_until.map(|until| i18n::moment(locale, until));
        let or_dash = |text: String| if text.is_empty() { "—".into() } else { text };
        vec![
            html! { i18n::moment(locale, attempt.created_at) },
            html! { attempt.method.name(locale) },
            state(tone, &told),
            html! { or_dash(asked.join(" · ")) },
            html! { or_dash(valid.unwrap_or_default()) },
        ]
    });
    html! { <Table id="history" caption={p.history} columns={heads} rows={rows.collect::<Vec<_>>()} /> }
}
