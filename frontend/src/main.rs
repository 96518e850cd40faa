//! The SPA of the unified identity service.
//!
//! `page` holds one component per URL, `component` what pages are made of, `hook` what they know
//! and do, `api` the calls to the server, `i18n` every word in both languages.

mod api;
mod app;
mod browser;
mod check;
mod component;
mod hook;
mod i18n;
mod page;

fn main() {
    match browser::element("app") {
        Some(root) => yew::Renderer::<app::App>::with_root(root).render(),
        None => yew::Renderer::<app::App>::new().render(),
    };
}
