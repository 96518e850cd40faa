use yew::prelude::*;

use super::{NewWindowLink, RouteLink};
use crate::{
    app::Route,
    hook::{use_messages, use_service},
};

#[component]
pub fn Footer() -> Html {
    let c = &use_messages().common;
    let service = use_service();
    html! {
        <footer class="footer">
            <div class="footer__inner">
                <p class="footer__help">
                    { c.footer_help }{ " " }
                    <a id="help-line" class="footer__line" href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
                </p>
                <ul class="footer__links">
                    <li><RouteLink to={Route::Agreement} id="footer-agreement">{ c.agreement }</RouteLink></li>
                    <li><RouteLink to={Route::Privacy} id="footer-privacy">{ c.privacy }</RouteLink></li>
                    <li><NewWindowLink href="/docs" id="footer-docs">{ c.api_docs }</NewWindowLink></li>
                </ul>
                <p class="footer__about">{ c.footer_about }</p>
            </div>
        </footer>
    }
}
