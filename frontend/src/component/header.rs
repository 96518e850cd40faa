use renzheng_types::Locale;
use yew::prelude::*;
use yew_router::prelude::use_route;

use super::{Mark, RouteLink, UserMenu};
use crate::{
    app::Route,
    hook::{SessionState, use_messages, use_preferences, use_session},
};

#[component]
pub fn Header() -> Html {
    let c = &use_messages().common;
    let preferences = use_preferences();
    let session = use_session();

    let other = match preferences.locale {
        Locale::ZhCn => Locale::En,
        Locale::En => Locale::ZhCn,
    };
    // Staff sign in on their own pages.
    let staff = use_route::<Route>().is_some_and(|route| route.is_staff());
    let switch_language = {
        let (set_locale, session) = (preferences.set_locale.clone(), session.clone());
        Callback::from(move |_: MouseEvent| {
            set_locale.emit(other);
            if !staff {
                session.tell_locale(other);
            }
        })
    };
    let elder = preferences.elder;
    let switch_elder = preferences.set_elder.reform(move |_: MouseEvent| !elder);

    let person = match session.state() {
        _ if staff => Html::default(),
        SessionState::SignedIn(account) => html! { <UserMenu account={account.clone()} /> },
        SessionState::Loading => html! { <span class="header__blank"></span> },
        _ => html! {
            <RouteLink to={Route::SignIn} id="header-sign-in" class="header__sign-in">{ c.sign_in }</RouteLink>
        },
    };
    html! {
        <header class="header">
            <div class="header__inner">
                <RouteLink to={Route::Home} id="header-home" class="header__name">
                    <Mark /><span>{ c.service }</span>
                </RouteLink>
                <div class="header__tools">
                    <button
                        id="switch-elder"
                        type="button"
                        class="header__tool"
                        aria-pressed={if elder { "true" } else { "false" }}
                        onclick={switch_elder}
                    >
                        { if elder { c.elder_mode_off } else { c.elder_mode } }
                    </button>
                    <button
                        id="switch-language"
                        type="button"
                        class="header__tool"
                        lang={other.tag()}
                        aria-label={c.other_language_label}
                        onclick={switch_language}
                    >
                        { c.other_language }
                    </button>
                    { person }
                </div>
            </div>
        </header>
    }
}
