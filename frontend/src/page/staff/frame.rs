use std::rc::Rc;

use renzheng_types::staff::{StaffMember, StaffRole};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::sign_in::SignIn;
use crate::{
    api::{Api, Failure},
    app::Route,
    component::{Button, ButtonKind, LoadFailed, Page, RouteLink, Skeleton},
    hook::{Drafts, use_api, use_drafts, use_locale, use_task},
    i18n,
};

/// Who is signed in on the staff, as far as the page knows.
#[derive(Clone, PartialEq)]
enum State {
    Loading,
    In(Rc<StaffMember>),
    Out,
    /// Somebody was, but has been idle for too long.
    Lapsed,
    Unknown(Failure),
}

/// The signed-in member of staff, and what may happen to their session.
#[derive(Clone, PartialEq)]
pub struct Staff {
    pub member: Rc<StaffMember>,
    state: UseStateSetter<State>,
    drafts: Drafts,
}

impl Staff {
    /// The session is over if that is what the failure says.
    pub fn note(&self, failure: &Failure) {
        if failure.is_unauthorized() {
            self.state.set(State::Lapsed);
        }
    }

    /// They signed out.
    pub fn leave(&self) {
        self.drafts.forget_all();
        self.state.set(State::Out);
    }
}

/// The signed-in member of staff, behind a [`StaffGuard`].
#[hook]
pub fn use_staff() -> Staff {
    use_context().expect("the page stands behind a StaffGuard")
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

/// Lets only staff through; others sign in on the spot.
#[component]
pub fn StaffGuard(props: &Props) -> Html {
    let (api, s) = (use_api(), i18n::staff(use_locale()));
    let state = use_state(|| State::Loading);
    {
        let state = state.setter();
        use_effect_with((), move |()| spawn_local(find_out(api, state)));
    }
    let drafts = use_drafts();
    {
        // While drawing, not after it: the forms below look for the drafts of whoever is here now.
        let drafts = drafts.clone();
        let owner = match &*state {
            State::In(member) => Some(member.id),
            _ => None,
        };
        use_memo(owner, move |owner| drafts.belong_to(*owner));
    }
    match &*state {
        State::In(member) => {
            let staff = Staff {
                member: member.clone(),
                state: state.setter(),
                drafts,
            };
            html! { <ContextProvider<Staff> context={staff}>{ props.children.clone() }</ContextProvider<Staff>> }
        }
        State::Loading => html! {
            <Page name="loading" title={s.area}><Skeleton lines=6 /></Page>
        },
        State::Unknown(failure) => {
            let state = state.setter();
            let retry = Callback::from(move |()| spawn_local(find_out(api, state.clone())));
            html! {
                <Page name="loading" title={s.area}><LoadFailed failure={failure.clone()} {retry} /></Page>
            }
        }
        State::Out | State::Lapsed => {
            let lapsed = *state == State::Lapsed;
            let state = state.setter();
            let onsigned = Callback::from(move |member| state.set(State::In(Rc::new(member))));
            html! { <SignIn {lapsed} {onsigned} /> }
        }
    }
}

async fn find_out(api: Api, state: UseStateSetter<State>) {
    state.set(match api.staff_me().await {
        Ok(member) => State::In(Rc::new(member)),
        Err(failure) if failure.is_unauthorized() => State::Out,
        Err(failure) => State::Unknown(failure),
    });
}

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub name: &'static str,
    pub title: AttrValue,
    pub here: Route,
    #[prop_or_default]
    pub before: Html,
    #[prop_or_default]
    pub wrong: bool,
    pub children: Html,
}

/// A page behind the guard, under the line that says who is signed in and where.
#[component]
pub fn StaffPage(props: &PageProps) -> Html {
    let locale = use_locale();
    let s = i18n::staff(locale);
    let (api, staff) = (use_api(), use_staff());
    let task = use_task();
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
    let member = &staff.member;
    let serves = member.role != StaffRole::Operator && member.hall.is_some();
    let approves = member.role == StaffRole::Supervisor;
    let entry = |to: Route, id: &'static str, words: &'static str| {
        let current = to == props.here;
        html! { <li><RouteLink {to} {id} class="staff-bar__entry" {current}>{ words }</RouteLink></li> }
    };
    let before = html! {
        <>
            <div class="staff-bar">
                <p class="staff-bar__who">
                    <strong id="staff-name">{ &member.name }</strong>
                    <span>{ (s.role)(member.role) }</span>
                    if let Some(hall) = &member.hall {
                        <span>{ &hall.name }</span>
                    }
                </p>
                <nav aria-label={s.area}>
                    <ul class="staff-bar__entries">
                        if serves { { entry(Route::StaffHall, "nav-hall", s.counter) } }
                        if approves { { entry(Route::StaffApprovals, "nav-approvals", s.approvals) } }
                        if member.role == StaffRole::Operator { { entry(Route::Console, "nav-console", i18n::console_words(locale).console) } }
                        { entry(Route::StaffAccount, "nav-account", i18n::people_words(locale).own_account) }
                        <li>
                            <Button id="staff-sign-out" kind={ButtonKind::Quiet} busy={task.busy()} onclick={sign_out}>{ s.sign_out }</Button>
                        </li>
                    </ul>
                </nav>
            </div>
            { props.before.clone() }
        </>
    };
    html! {
        <Page name={props.name} title={props.title.clone()} {before} wrong={props.wrong}>{ props.children.clone() }</Page>
    }
}
