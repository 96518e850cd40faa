use yew::prelude::*;

use crate::{
    app::Route,
    component::{Icon, IdCardDrawing, LevelBadge, LinkButton, Page, RouteLink, Symbol},
    hook::{SessionState, use_messages, use_session},
};

#[component]
pub fn Home() -> Html {
    let m = use_messages();
    let h = &m.home;
    let session = use_session();
    let way_on = match session.state() {
        SessionState::SignedIn(account) => html! {
            <>
                <LinkButton to={Route::Me} id="start">{ h.go_on }</LinkButton>
                <p class="hero__note">{ (h.welcome)(&account.nickname) }</p>
            </>
        },
        _ => html! {
            <>
                <LinkButton to={Route::Register} id="start">{ h.start }</LinkButton>
                <RouteLink to={Route::SignIn} id="home-sign-in" class="hero__sign-in">{ h.sign_in }</RouteLink>
            </>
        },
    };
    let how = h.how.iter().enumerate().map(|(index, (name, text))| {
        html! {
            <li class="how__step">
                <span class="how__number" aria-hidden="true">{ index + 1 }</span>
                <h3>{ *name }</h3>
                <p>{ *text }</p>
            </li>
        }
    });
    let levels = (1..=3_u8).zip(&h.levels).map(|(level, (how, what))| {
        html! {
            <tr>
                <th scope="row"><LevelBadge {level} /></th>
                <td>{ *how }</td>
                <td>{ *what }</td>
            </tr>
        }
    });
    let trust = [Symbol::Lock, Symbol::Shield, Symbol::Person]
        .into_iter()
        .zip(&h.trust)
        .map(|(symbol, (name, text))| {
            html! {
                <li class="trust__item"><Icon {symbol} /><h3>{ *name }</h3><p>{ *text }</p></li>
            }
        });
    let need = h.need.iter().map(|thing| {
        html! { <li><Icon symbol={Symbol::Check} />{ *thing }</li> }
    });
    let hero = html! {
        <>
            <p class="lead">{ h.lead }</p>
            <div class="hero__actions">{ way_on }</div>
            <IdCardDrawing />
        </>
    };
    html! {
        <Page name="home" title={h.title} heading={html! { h.headline }} {hero}>
            <section class="band"><div class="band__inner">
                <h2>{ h.how_title }</h2>
                <ol class="how">{ for how }</ol>
                <div class="need">
                    <h3>{ h.need_title }</h3>
                    <ul class="need__list">{ for need }</ul>
                </div>
            </div></section>
            <section class="band band--grey"><div class="band__inner">
                <h2>{ h.levels_title }</h2>
                <p class="band__lead">{ h.levels_lead }</p>
                <table class="levels">
                    <thead>
                        <tr>
                            { for h.levels_heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }
                        </tr>
                    </thead>
                    <tbody>{ for levels }</tbody>
                </table>
            </div></section>
            <section class="band"><div class="band__inner">
                <h2>{ h.trust_title }</h2>
                <ul class="trust">{ for trust }</ul>
            </div></section>
        </Page>
    }
}
