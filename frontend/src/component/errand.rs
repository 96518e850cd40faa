use yew::prelude::*;

use super::{Icon, Symbol};
use crate::{browser, hook::use_messages};

/// An application waits for the person, who went away to register or to be verified: the way back.
#[component]
pub fn Errand() -> Html {
    let m = use_messages();
    match browser::errand() {
        // A full load, as the page asks the server anew what is missing.
        Some(path) => html! {
            <p class="errand">
                <Icon symbol={Symbol::Info} />
                <span>{ m.me.errand }{ " " }<a id="errand" href={path}>{ m.me.errand_back }</a></span>
            </p>
        },
        None => Html::default(),
    }
}
