use js_sys::{Function, Promise, Reflect};
use renzheng_types::staff::StaffRole;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::place::Place;
use crate::{
    api::Failure,
    app::Route,
    component::{Button, ButtonKind, Icon, Notice, Page, RouteLink, Skeleton, Symbol, Tone},
    hook::{Remote, use_api, use_locale, use_remote_with, use_task},
    i18n,
    page::staff::use_staff,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

/// Lets only operators see what is inside, once it can be drawn.
#[component]
pub fn Operators(props: &Props) -> Html {
    let w = i18n::console_words(use_locale());
    let styled = use_state(|| false);
    {
        let styled = styled.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                style().await;
                styled.set(true);
            });
        });
    }
    if use_staff().member.role != StaffRole::Operator {
        return html! {
            <Page name="console-not-yours" title={w.console}>
                <Notice tone={Tone::Info} id="not-yours"><p>{ w.not_yours }</p></Notice>
            </Page>
        };
    }
    match *styled {
        true => props.children.clone(),
        false => html! { <Page name="loading" title={w.console}><Skeleton lines=6 /></Page> },
    }
}

/// The styles of these pages, which the boot script knows where to fetch. Without them the pages are plain, not broken.
async fn style() -> Option<()> {
    let window: JsValue = web_sys::window()?.into();
    let load = Reflect::get(&window, &"styleConsole".into()).ok()?;
    let loading = load.dyn_ref::<Function>()?.call0(&JsValue::NULL).ok()?;
    JsFuture::from(Promise::from(loading)).await.ok()?;
    Some(())
}

/// Loads what a page shows; a session that has ended is told to the guard around it.
#[hook]
pub fn use_shown<T, K, F, A>(key: K, load: F) -> Remote<T>
where
    T: 'static,
    K: PartialEq + 'static,
    F: FnOnce() -> A + 'static,
    A: Future<Output = Result<T, Failure>> + 'static,
{
    let staff = use_staff();
    use_remote_with(key, load, move |failure| staff.note(failure))
}

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub name: &'static str,
    pub title: AttrValue,
    pub here: Place,
    #[prop_or_default]
    pub before: Html,
    #[prop_or_default]
    pub wrong: bool,
    pub children: Html,
}

/// A page of the console, beside its menu.
#[component]
pub fn ConsolePage(props: &PageProps) -> Html {
    let locale = use_locale();
    let (w, s) = (i18n::console_words(locale), i18n::staff(locale));
    let (api, staff, task) = (use_api(), use_staff(), use_task());
    let sign_out = {
        let (staff, task) = (staff.clone(), task.clone());
        Callback::from(move |()| {
            let staff = staff.clone();
            task.run(async move {
                // Signed out already is signed out too.
                match api.staff_sign_out().await {
                    Ok(()) => staff.leave(),
                    Err(failure) => staff.note(&failure),
                }
            });
        })
    };
    let section = props.here.section();
    let entries = [
        (Place::Overview, "nav-overview", w.overview),
        (Place::People, "nav-people", w.people),
        (Place::Staff, "nav-staff", w.staff),
        (Place::Halls, "nav-halls", w.halls),
        (Place::Clients, "nav-clients", w.clients),
        (Place::Service, "nav-service", w.service),
        (Place::Trail(None), "nav-trail", w.trail),
        (Place::Statistics, "nav-statistics", w.statistics),
    ];
    let entries = entries.into_iter().map(|(place, id, name)| {
        let current = place == section;
        html! {
            <li><RouteLink to={place.route()} {id} class="console-menu__entry" {current}>{ name }</RouteLink></li>
        }
    });
    let aside = html! {
        <aside class="console-menu" aria-label={w.console}>
            <nav aria-label={w.menu}><ul class="console-menu__list">{ for entries }</ul></nav>
            <div class="console-menu__who">
                <p><strong id="staff-name">{ &staff.member.name }</strong></p>
                <p>{ (s.role)(staff.member.role) }</p>
                <RouteLink to={Route::StaffAccount} id="nav-account" class="console-menu__own">{ i18n::people_words(locale).own_account }</RouteLink>
                <Button id="staff-sign-out" kind={ButtonKind::Quiet} busy={task.busy()} onclick={sign_out}>{ s.sign_out }</Button>
            </div>
        </aside>
    };
    html! {
        <Page name={props.name} title={props.title.clone()} before={props.before.clone()} wrong={props.wrong} {aside}>
            { props.children.clone() }
        </Page>
    }
}

/// A state in a word, with a sign.
pub fn state(tone: &'static str, words: &str) -> Html {
    let symbol = match tone {
        "good" => Symbol::Check,
        "wait" => Symbol::Clock,
        "bad" => Symbol::Alert,
        _ => Symbol::Info,
    };
    html! {
        <span class={classes!("console-state", format!("console-state--{tone}"))}><Icon {symbol} />{ words.to_owned() }</span>
    }
}

/// The names of columns.
pub fn columns(names: &[&'static str]) -> Vec<AttrValue> {
    names.iter().map(|name| AttrValue::from(*name)).collect()
}
