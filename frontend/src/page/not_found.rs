use yew::prelude::*;

use crate::{
    app::Route,
    component::{LinkButton, Page},
    hook::use_messages,
};

#[component]
pub fn NotFound() -> Html {
    let c = &use_messages().common;
    html! {
        <Page name="not-found" title={c.not_found_title}>
            <p class="lead">{ c.not_found_text }</p>
            <p>{ c.not_found_tips }</p>
            <div class="actions">
                <LinkButton to={Route::Home} id="go-home">{ c.go_home }</LinkButton>
            </div>
        </Page>
    }
}
