use std::rc::Rc;

use renzheng_types::account::Account;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::use_location;

use super::{Button, ButtonKind, Icon, Notice, RouteLink, Symbol, Tone};
use crate::{
    app::Route,
    hook::{use_messages, use_sign_out},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub account: Rc<Account>,
}

/// The signed-in person's name; pressing it opens the few things to do from anywhere.
#[component]
pub fn UserMenu(props: &Props) -> Html {
    let m = use_messages();
    let open = use_state(|| false);
    let sign_out = use_sign_out();
    let here = use_location().map(|location| location.path().to_owned());
    {
        // Going anywhere closes it.
        let open = open.setter();
        use_effect_with(here, move |_| open.set(false));
    }

    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onkeydown = {
        let open = open.setter();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                open.set(false);
                crate::browser::focus("user-menu");
            }
        })
    };
    let root = use_node_ref();
    let onfocusout = {
        let (open, root) = (open.setter(), root.clone());
        Callback::from(move |event: FocusEvent| {
            let next = event
                .related_target()
                .map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>);
            let inside = root.cast::<HtmlElement>();
            // A press on nothing that takes the focus tells us nothing about where it went.
            if let (Some(next), Some(inside)) = (next, inside)
                && !inside.contains(Some(&next))
            {
                open.set(false);
            }
        })
    };
    let name = &props.account.nickname;
    html! {
        <div ref={root} class="user-menu" {onkeydown} {onfocusout}>
            <button
                id="user-menu"
                type="button"
                class="header__tool user-menu__button"
                aria-expanded={if *open { "true" } else { "false" }}
                aria-controls="user-menu-list"
                aria-label={(m.common.account_menu)(name)}
                onclick={toggle}
            >
                <span class="user-menu__name">{ name }</span>
                <Icon symbol={Symbol::ChevronDown} />
            </button>
            <ul id="user-menu-list" class="user-menu__list" hidden={!*open}>
                <li><RouteLink to={Route::Me} id="menu-me">{ m.me.overview }</RouteLink></li>
                <li><RouteLink to={Route::Profile} id="menu-profile">{ m.me.profile }</RouteLink></li>
                <li><RouteLink to={Route::Verifications} id="menu-verifications">{ m.me.verification }</RouteLink></li>
                <li>
                    <Button
                        id="menu-sign-out"
                        kind={ButtonKind::Quiet}
                        busy={sign_out.task.busy()}
                        busy_label={m.common.signing_out}
                        onclick={sign_out.run.clone()}
                    >
                        { m.common.sign_out }
                    </Button>
                    if sign_out.failed {
                        <Notice tone={Tone::Bad} id="menu-sign-out-failed" live=true><p>{ m.common.sign_out_failed }</p></Notice>
                    }
                </li>
            </ul>
        </div>
    }
}
