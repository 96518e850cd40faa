use renzheng_types::staff::StaffRole;
use yew::prelude::*;
use yew_router::prelude::Redirect;

use super::frame::{StaffPage, use_staff};
use crate::{
    app::Route,
    component::{Notice, Tone},
    hook::use_locale,
    i18n,
};

/// Leads on to what the person does all day.
#[component]
pub fn Home() -> Html {
    let s = i18n::staff(use_locale());
    let member = use_staff().member;
    match (member.role, &member.hall) {
        (StaffRole::Clerk | StaffRole::Supervisor, Some(_)) => {
            html! { <Redirect<Route> to={Route::StaffHall} /> }
        }
        (StaffRole::Supervisor, None) => html! { <Redirect<Route> to={Route::StaffApprovals} /> },
        (StaffRole::Operator, _) => html! { <Redirect<Route> to={Route::Console} /> },
        // A clerk whose hall is gone.
        (StaffRole::Clerk, None) => html! {
            <StaffPage name="staff-home" title={s.counter} here={Route::Staff}>
                <Notice tone={Tone::Wait}><p>{ s.no_hall }</p></Notice>
            </StaffPage>
        },
    }
}
