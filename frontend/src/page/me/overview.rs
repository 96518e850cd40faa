use yew::prelude::*;

use super::CentrePage;
use crate::{
    app::Route,
    component::{Fact, Facts, LevelBadge, LinkButton, Notice, RouteLink, Symbol, Tone, ways},
    hook::{use_account, use_locale, use_messages},
    i18n,
};

/// 个人中心: who one is here, and what one can do.
#[component]
pub fn Overview() -> Html {
    let (messages, locale) = (use_messages(), use_locale());
    let m = &messages.me;
    let account = use_account();
    let born = account.birth_date.map(|date| i18n::date(locale, date));
    let (s, q) = (&messages.security, &messages.qr);
    let services = [
        (
            Route::Scan,
            "to-scan",
            Symbol::Scan,
            q.scan_title,
            q.scan_text,
        ),
        (
            Route::Profile,
            "to-profile",
            Symbol::Person,
            m.profile,
            m.profile_text,
        ),
        (
            Route::Security,
            "to-security",
            Symbol::Lock,
            s.title,
            s.text,
        ),
        (
            Route::Verifications,
            "to-verifications",
            Symbol::Shield,
            m.verification,
            m.verification_text,
        ),
        (
            Route::Addresses,
            "to-addresses",
            Symbol::Mail,
            m.addresses,
            m.addresses_text,
        ),
        (
            Route::Devices,
            "to-devices",
            Symbol::Device,
            s.devices,
            s.devices_text,
        ),
        (
            Route::Activity,
            "to-activity",
            Symbol::Clock,
            s.activity,
            s.activity_text,
        ),
        (
            Route::Applications,
            "to-applications",
            Symbol::External,
            m.applications,
            m.applications_text,
        ),
    ];
    let closing = account.closes_at.map(|at| {
        html! {
            <Notice tone={Tone::Wait} title={(s.closing_notice)(&i18n::moment(locale, at))} id="closing">
                <p>{ s.closing_keep }</p>
            </Notice>
        }
    });
    html! {
        <CentrePage
            name="me"
            title={m.overview}
            heading={html! { (m.greeting)(&account.nickname) }}
            here={Route::Me}
        >
            { closing }
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
                { ways(&services) }
            </section>
        </CentrePage>
    }
}
