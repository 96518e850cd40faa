use yew::prelude::*;

use crate::{
    app::Route,
    component::{Button, ButtonKind, Errand, Icon, Notice, Page, RouteLink, Symbol, Tone},
    hook::{use_messages, use_sign_out},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub name: &'static str,
    pub title: AttrValue,
    #[prop_or_default]
    pub heading: Option<Html>,
    #[prop_or_default]
    pub before: Html,
    #[prop_or_default]
    pub wrong: bool,
    /// The menu's entry of this page.
    pub here: Route,
    pub children: Html,
}

/// A page of the personal centre, beside its menu. On a phone the menu is a bar at the bottom.
#[component]
pub fn CentrePage(props: &Props) -> Html {
    let m = use_messages();
    let sign_out = use_sign_out();
    let entries = [
        (Route::Me, "nav-me", Symbol::Home, m.me.overview),
        (Route::Profile, "nav-profile", Symbol::Person, m.me.profile),
        (
            Route::Security,
            "nav-security",
            Symbol::Lock,
            m.security.title,
        ),
        (
            Route::Verifications,
            "nav-verifications",
            Symbol::Shield,
            m.me.verification,
        ),
        (
            Route::Addresses,
            "nav-addresses",
            Symbol::Mail,
            m.me.addresses,
        ),
        (
            Route::Devices,
            "nav-devices",
            Symbol::Device,
            m.security.devices,
        ),
        (
            Route::Activity,
            "nav-activity",
            Symbol::Clock,
            m.security.activity,
        ),
        (
            Route::Applications,
            "nav-applications",
            Symbol::External,
            m.me.applications,
        ),
    ];
    let entries = entries.into_iter().map(|(to, id, symbol, name)| {
        let current = to == props.here;
        html! {
            <li>
                <RouteLink {to} {id} class="menu__entry" {current}>
                    <Icon {symbol} /><span>{ name }</span>
                </RouteLink>
            </li>
        }
    });
    let aside = html! {
        <nav class="menu" aria-label={m.me.menu}><ul class="menu__list">{ for entries }</ul></nav>
    };
    html! {
        <Page
            name={props.name}
            title={props.title.clone()}
            heading={props.heading.clone()}
            before={props.before.clone()}
            wrong={props.wrong}
            {aside}
        >
            <Errand />
            { props.children.clone() }
            <div class="sign-out">
                <Button
                    id="sign-out"
                    kind={ButtonKind::Quiet}
                    busy={sign_out.task.busy()}
                    busy_label={m.common.signing_out}
                    onclick={sign_out.run.clone()}
                >
                    { m.common.sign_out }
                </Button>
                if sign_out.failed {
                    <Notice tone={Tone::Bad} id="sign-out-failed" live=true><p>{ m.common.sign_out_failed }</p></Notice>
                }
            </div>
        </Page>
    }
}
