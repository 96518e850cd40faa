use yew::prelude::*;

use super::CentrePage;
use crate::{
    app::Route,
    component::{Fact, Facts, Icon, LevelBadge, LinkButton, RouteLink, Symbol},
    hook::{use_account, use_locale, use_messages},
    i18n,
};

/// 个人中心: who one is here, and what one can do.
#[component]
pub fn Overview() -> Html {
    let (m, locale) = (&use_messages().me, use_locale());
    let account = use_account();
    let born = account.birth_date.map(|date| i18n::date(locale, date));
    let services = [
        (
            Route::Profile,
            "to-profile",
            Symbol::Person,
            m.profile,
            m.profile_text,
        ),
        (
            Route::Verifications,
            "to-verifications",
            Symbol::Shield,
            m.verification,
            m.verification_text,
        ),
    ];
    let services = services.into_iter().map(|(to, id, symbol, name, about)| {
        html! {
            <li>
                <RouteLink {to} {id} class="entry">
                    <Icon {symbol} />
                    <span class="entry__text"><strong>{ name }</strong><span>{ about }</span></span>
                    <Icon symbol={Symbol::Chevron} />
                </RouteLink>
            </li>
        }
    });
    html! {
        <CentrePage
            name="me"
            title={m.overview}
            heading={html! { (m.greeting)(&account.nickname) }}
            here={Route::Me}
        >
            <p class="standing">
                <LevelBadge level={account.level} id="level-badge" />
                if account.level > 0 {
                    <RouteLink to={Route::Verifications} id="raise">{ m.raise }</RouteLink>
                }
            </p>
            if account.level == 0 {
                <section class="prompt">
                    <h2>{ m.verify_title }</h2>
                    <p>{ m.verify_text }</p>
                    <LinkButton to={Route::IdCard} id="verify-now">{ m.verify }</LinkButton>
                </section>
            }
            <Facts id="facts">
                <Fact label={m.name} id="fact-name" value={account.name.clone()} none={m.not_verified} />
                <Fact label={m.id_number} id="fact-id-number" value={account.id_number.clone()} none={m.not_verified} />
                <Fact label={m.phone} id="fact-phone" value={AttrValue::from(account.phone.clone())} />
                <Fact label={m.email} id="fact-email" value={account.email.clone()} none={m.not_bound} />
                if account.level > 0 {
                    <Fact label={m.sex} id="fact-sex" value={account.sex.map(|sex| (m.sexes)(sex))} none={m.not_verified} />
                    <Fact label={m.birth_date} id="fact-birth-date" value={born} none={m.not_verified} />
                }
            </Facts>
            <p class="muted">{ m.masked_note }</p>
            <section class="entries">
                <h2>{ m.services }</h2>
                <ul class="entries__list">{ for services }</ul>
            </section>
        </CentrePage>
    }
}
