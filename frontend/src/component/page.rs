use std::cell::Cell;

use yew::prelude::*;

use crate::{browser, hook::use_messages};

thread_local! {
    /// Whether a page has been shown since the site was opened. The browser places the focus on
    /// the first one; on every later one it is up to us.
    static ARRIVED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What browser tests and styles call the page.
    pub name: &'static str,
    pub title: AttrValue,
    /// The heading, where it says something else than the title.
    #[prop_or_default]
    pub heading: Option<Html>,
    /// Stands before the heading: the step indicator, the error summary.
    #[prop_or_default]
    pub before: Html,
    /// Stands beside everything: the personal centre's menu.
    #[prop_or_default]
    pub aside: Option<Html>,
    /// Says in the title that something is wrong.
    #[prop_or_default]
    pub wrong: bool,
    /// Stands under the heading, on the same coloured ground.
    #[prop_or_default]
    pub hero: Option<Html>,
    pub children: Html,
}

/// One page: its title, its heading (which takes the focus on arrival), its content.
#[component]
pub fn Page(props: &Props) -> Html {
    let m = use_messages();
    use_effect_with((), |()| {
        if ARRIVED.replace(true) {
            browser::focus_heading();
        }
    });
    let prefix = if props.wrong {
        m.common.title_error
    } else {
        ""
    };
    let title = format!("{prefix}{} – {}", props.title, m.common.service);
    use_effect_with(title, |title| {
        if let Some(document) = browser::document() {
            document.set_title(title);
        }
    });

    let heading = props
        .heading
        .clone()
        .unwrap_or_else(|| html! { &props.title });
    let heading = html! { <h1 class="page__heading" tabindex="-1">{ heading }</h1> };
    let heading = match &props.hero {
        None => heading,
        Some(hero) => html! {
            <div class="hero"><div class="hero__inner">{ heading }{ hero.clone() }</div></div>
        },
    };
    let width = if props.hero.is_some() {
        "page--full"
    } else if props.aside.is_some() {
        "page--aside"
    } else {
        "page--column"
    };
    html! {
        <div class={classes!("page", width)}>
            { props.aside.clone() }
            <main id="main" class="page__main" data-page={props.name} tabindex="-1">
                { props.before.clone() }
                { heading }
                { props.children.clone() }
            </main>
        </div>
    }
}
