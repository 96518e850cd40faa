use gloo_timers::callback::Interval;
use renzheng_types::{
    Locale,
    verification::{Method, MethodState, MethodStatus, Verifications as Found},
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::sign::sign;
use crate::{
    app::Route,
    browser,
    component::{
        Icon, LevelBadge, LinkButton, LoadFailed, Notice, RouteLink, Skeleton, Symbol, Tone,
    },
    hook::{
        Loaded, use_account, use_api, use_locale, use_messages, use_remote, use_service,
        use_session,
    },
    i18n::{self, Messages},
    page::me::CentrePage,
};

/// How often the page looks whether something that waits has been decided.
const POLL_MS: u32 = 3_000;

/// Where a method is done.
pub fn route_of(method: Method) -> Route {
    match method {
        Method::IdCard => Route::IdCard,
        method => Route::Method {
            method: <&str>::from(method).into(),
        },
    }
}

/// 我要升级: the present level, the next step, and every method by the level it gives.
#[component]
pub fn Verifications() -> Html {
    let (m, locale, api, session) = (use_messages(), use_locale(), use_api(), use_session());
    let v = i18n::verification(locale);
    let (account, service) = (use_account(), use_service());
    let remote = use_remote((account.level, locale), move || api.verifications());
    let waiting = match &remote.loaded {
        Loaded::Ready(found) => found
            .methods
            .iter()
            .filter(|state| state.status == MethodStatus::Pending)
            .count(),
        Loaded::Loading | Loaded::Failed(_) => 0,
    };
    {
        let refresh = remote.refresh.clone();
        let before = use_mut_ref(|| 0);
        use_effect_with(waiting, move |&waiting| {
            let decided = waiting < before.replace(waiting);
            if decided {
                spawn_local(session.refresh());
            }
            let timer = (waiting > 0).then(|| Interval::new(POLL_MS, move || refresh.emit(())));
            move || drop(timer)
        });
    }
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(found) if found.methods.is_empty() => html! { <p>{ v.empty }</p> },
        Loaded::Ready(found) => {
            let groups = (1..=3_u8).filter_map(|level| group(m, locale, level, found));
            html! { <>{ next_step(m, locale, found) }{ for groups }</> }
        }
    };
    html! {
        <CentrePage name="verifications" title={v.title} here={Route::Verifications}>
            <div class="level-now">
                <span class="level-now__label">{ v.current }</span>
                <LevelBadge level={account.level} id="level-badge" />
            </div>
            { content }
            <p class="muted">
                { v.next_failed }
                <a href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
            </p>
        </CentrePage>
    }
}

fn level_name(m: &Messages, level: u8) -> &'static str {
    let level = usize::from(level);
    m.common.levels.get(level).copied().unwrap_or_default()
}

/// The first method that leads higher and can be begun now.
fn next_step(m: &Messages, locale: Locale, found: &Found) -> Html {
    let v = i18n::verification(locale);
    let next = found.methods.iter().find(|state| {
        state.level > found.level
            && state.needs <= found.level
            && state.status == MethodStatus::Unverified
    });
    match next {
        Some(state) => html! {
            <section class="prompt" id="next-step">
                <h2>{ (v.next_title)((v.method)(state.method).0) }</h2>
                <p>{ (v.next_text)(level_name(m, state.level)) }</p>
                <LinkButton to={route_of(state.method)} id="next-step-start">{ v.start }</LinkButton>
            </section>
        },
        None if found.level >= 3 => html! {
            <Notice tone={Tone::Good} id="highest"><p>{ v.highest }</p></Notice>
        },
        None => Html::default(),
    }
}

fn group(m: &Messages, locale: Locale, level: u8, found: &Found) -> Option<Html> {
    let v = i18n::verification(locale);
    let mut methods = found
        .methods
        .iter()
        .filter(|state| state.level == level)
        .peekable();
    methods.peek()?;
    let unlocks = v
        .level_unlocks
        .get(usize::from(level).saturating_sub(1))
        .copied()
        .unwrap_or_default();
    let name = level_name(m, level);
    let title = if found.level >= level {
        (v.reached)(name)
    } else {
        (v.levels_group)(name)
    };
    let cards = methods.map(|state| card(m, locale, state, found.level));
    Some(html! {
        <section class="methods">
            <h2>{ title }</h2>
            <p class="muted">{ unlocks }</p>
            <ul class="methods__list">{ for cards }</ul>
        </section>
    })
}

fn card(m: &Messages, locale: Locale, state: &MethodState, reached: u8) -> Html {
    let v = i18n::verification(locale);
    let (name, about) = (v.method)(state.method);
    let id: &'static str = state.method.into();
    let day = |at| i18n::date(locale, browser::china_date(at));
    let action = match state.status {
        MethodStatus::Verified => {
            let on = state.verified_at.map(|at| (v.verified_on)(&day(at)));
            let until = state.valid_until.map(|at| (v.valid_until)(&day(at)));
            let dates = on.into_iter().chain(until).map(|text| {
                html! { <span class="method__date">{ text }</span> }
            });
            html! {
                <p class="method__state method__state--good">
                    <Icon symbol={Symbol::CheckCircle} /><span>{ v.verified }{ for dates }</span>
                </p>
            }
        }
        MethodStatus::Pending => {
            let follow = state.pending_attempt.map(|attempt| {
                html! {
                    <RouteLink to={Route::Attempt { id: attempt }} class="method__date">{ v.follow }</RouteLink>
                }
            });
            html! {
                <p class="method__state">
                    <Icon symbol={Symbol::Clock} /><span>{ v.pending }{ follow }</span>
                </p>
            }
        }
        MethodStatus::Unverified if reached < state.needs => html! {
            <p class="method__state">
                <Icon symbol={Symbol::Lock} />{ (v.needs)(level_name(m, state.needs)) }
            </p>
        },
        MethodStatus::Unverified => html! {
            <RouteLink to={route_of(state.method)} id={format!("start-{id}")} class="button button--secondary">
                { v.start }<span class="visually-hidden">{ format!(" {name}") }</span>
            </RouteLink>
        },
    };
    html! {
        <li id={format!("method-{id}")} class="method">
            { sign(state.method) }
            <div class="method__text">
                <h3>{ name }</h3>
                <p>{ about }</p>
            </div>
            <div class="method__action">{ action }</div>
        </li>
    }
}
