use renzheng_types::{
    Locale,
    verification::{Method, MethodState, MethodStatus},
};
use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Icon, LevelBadge, LinkButton, LoadFailed, Skeleton, Symbol},
    hook::{Loaded, use_account, use_api, use_locale, use_messages, use_remote},
    i18n::{self, Messages},
    page::me::CentrePage,
};

/// Where a method is done.
pub fn route_of(method: Method) -> Route {
    match method {
        Method::IdCard => Route::IdCard,
        method => Route::Method {
            method: <&str>::from(method).into(),
        },
    }
}

/// 我要升级: the present level, and every method by the level it gives.
#[component]
pub fn Verifications() -> Html {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let v = &m.verification;
    let account = use_account();
    let remote = use_remote(account.level, move || api.verifications());
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(found) if found.methods.is_empty() => html! { <p>{ v.empty }</p> },
        Loaded::Ready(found) => {
            let groups = (1..=3_u8).filter_map(|level| {
                let methods: Vec<&MethodState> = found
                    .methods
                    .iter()
                    .filter(|state| state.level == level)
                    .collect();
                (!methods.is_empty()).then(|| group(m, locale, level, found.level, &methods))
            });
            html! { <>{ for groups }</> }
        }
    };
    html! {
        <CentrePage name="verifications" title={v.title} here={Route::Verifications}>
            <div class="level-now">
                <span class="level-now__label">{ v.current }</span>
                <LevelBadge level={account.level} id="level-badge" />
            </div>
            <p class="muted">{ v.lead }</p>
            { content }
        </CentrePage>
    }
}

fn group(m: &Messages, locale: Locale, level: u8, reached: u8, methods: &[&MethodState]) -> Html {
    let v = &m.verification;
    let name = |level: u8| {
        m.common
            .levels
            .get(usize::from(level))
            .copied()
            .unwrap_or_default()
    };
    let unlocks = v
        .level_unlocks
        .get(usize::from(level).saturating_sub(1))
        .copied()
        .unwrap_or_default();
    let cards = methods
        .iter()
        .map(|state| card(m, locale, state, reached, name(state.needs)));
    html! {
        <section class="methods">
            <h2>{ (v.levels_group)(name(level)) }</h2>
            <p class="muted">{ unlocks }</p>
            <ul class="methods__list">{ for cards }</ul>
        </section>
    }
}

fn card(m: &Messages, locale: Locale, state: &MethodState, reached: u8, needed: &str) -> Html {
    let v = &m.verification;
    let (name, about) = (v.method)(state.method);
    let id: &'static str = state.method.into();
    let action = match state.status {
        MethodStatus::Verified => {
            let on = state.verified_at.map(|at| {
                let date = i18n::date(locale, browser::china_date(at));
                html! { <span class="method__date">{ (v.verified_on)(&date) }</span> }
            });
            html! {
                <p class="method__state method__state--good">
                    <Icon symbol={Symbol::CheckCircle} /><span>{ v.verified }{ on }</span>
                </p>
            }
        }
        MethodStatus::Pending => html! {
            <p class="method__state"><Icon symbol={Symbol::Clock} />{ v.pending }</p>
        },
        MethodStatus::Unverified if reached < state.needs => html! {
            <p class="method__state"><Icon symbol={Symbol::Lock} />{ (v.needs)(needed) }</p>
        },
        MethodStatus::Unverified => html! {
            <LinkButton to={route_of(state.method)} id={start_id(state.method)}>{ v.start }</LinkButton>
        },
    };
    html! {
        <li id={format!("method-{id}")} class="method">
            <Icon symbol={Symbol::IdCard} />
            <div class="method__text">
                <h3>{ name }</h3>
                <p>{ about }</p>
            </div>
            <div class="method__action">{ action }</div>
        </li>
    }
}

const fn start_id(method: Method) -> &'static str {
    match method {
        Method::IdCard => "start-id-card",
        Method::BankCard => "start-bank-card",
        Method::SocialSecurity => "start-social-security",
        Method::ProvidentFund => "start-provident-fund",
        Method::Telecom => "start-telecom",
        Method::DrivingLicence => "start-driving-licence",
        Method::Alipay => "start-alipay",
        Method::Face => "start-face",
        Method::Hall => "start-hall",
    }
}
