//! The routes, and what stands around every page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    component::{DemoBanner, Footer, Guard, Header},
    hook::{Drafts, PreferencesProvider, ServiceProvider, SessionProvider, use_messages},
    page::{Deferred, Home, NotFound, SignIn},
};

/// Every URL of the site.
#[derive(Debug, Clone, PartialEq, Routable)]
pub enum Route {
    #[at("/")]
    Home,
    #[at("/register")]
    Register,
    #[at("/register/identity")]
    Identity,
    #[at("/register/done")]
    Done,
    #[at("/sign-in")]
    SignIn,
    #[at("/me")]
    Me,
    #[at("/me/profile")]
    Profile,
    #[at("/me/verifications")]
    Verifications,
    #[at("/me/verifications/id-card")]
    IdCard,
    /// Back from a page of others.
    #[at("/me/verifications/:method/callback")]
    MethodReturn { method: String },
    #[at("/me/verifications/:method")]
    Method { method: String },
    #[at("/me/verifications/attempts/:id")]
    Attempt { id: Uuid },
    #[at("/me/password")]
    Password,
    #[at("/me/phone")]
    Phone,
    #[at("/me/email")]
    Email,
    #[at("/me/addresses")]
    Addresses,
    #[at("/me/addresses/new")]
    NewAddress,
    #[at("/me/addresses/:id")]
    Address { id: Uuid },
    #[at("/me/security")]
    Security,
    #[at("/me/security/totp")]
    Totp,
    #[at("/me/security/totp/remove")]
    RemoveTotp,
    #[at("/me/security/recovery-codes")]
    RecoveryCodes,
    #[at("/me/security/passkeys")]
    Passkeys,
    #[at("/me/security/passkeys/new")]
    AddPasskey,
    #[at("/me/security/passkeys/:id/remove")]
    RemovePasskey { id: Uuid },
    #[at("/me/details")]
    Details,
    #[at("/me/security/export")]
    Export,
    #[at("/me/security/close")]
    Close,
    #[at("/me/devices")]
    Devices,
    #[at("/me/activity")]
    Activity,
    #[at("/me/applications")]
    Applications,
    #[at("/authorize/:id")]
    Authorize { id: String },
    #[at("/scan")]
    Scan,
    #[at("/scan/:id")]
    ScanTicket { id: Uuid },
    #[at("/password-reset")]
    Reset,
    #[at("/email/activate")]
    ActivateEmail,
    #[at("/staff")]
    Staff,
    #[at("/staff/enrol")]
    StaffEnrol,
    #[at("/staff/hall")]
    StaffHall,
    #[at("/staff/approvals")]
    StaffApprovals,
    #[at("/staff/approvals/:id")]
    StaffApproval { id: Uuid },
    #[at("/staff/account")]
    StaffAccount,
    #[at("/console")]
    Console,
    /// Places of the console, which come with its pages.
    #[at("/console/*rest")]
    ConsolePage { rest: String },
    #[at("/agreement")]
    Agreement,
    #[at("/privacy")]
    Privacy,
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl Route {
    /// Whether it is a page for staff, who are apart from citizens.
    pub const fn is_staff(&self) -> bool {
        matches!(
            self,
            Self::Staff
                | Self::StaffEnrol
                | Self::StaffHall
                | Self::StaffApprovals
                | Self::StaffApproval { .. }
                | Self::StaffAccount
                | Self::Console
                | Self::ConsolePage { .. }
        )
    }
}

/// The query of `/sign-in`: where to go afterwards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Next {
    pub next: Option<String>,
}

impl Next {
    /// The page meant, if it is one of ours. Nothing else is ever followed, so that a link to the
    /// sign-in page cannot lead anyone to another site.
    pub fn route(&self) -> Option<Route> {
        let path = self.next.as_deref()?;
        Route::recognize(path)
            .filter(|route| !matches!(route, Route::NotFound | Route::SignIn) && !route.is_staff())
    }
}

fn show(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::SignIn => html! { <SignIn /> },
        Route::NotFound => html! { <NotFound /> },
        route @ (Route::Register
        | Route::Reset
        | Route::ActivateEmail
        | Route::Agreement
        | Route::Privacy) => html! { <Deferred {route} /> },
        route if route.is_staff() => html! { <Deferred {route} /> },
        // Everything else is for those who have signed in.
        route => html! { <Guard><Deferred {route} /></Guard> },
    }
}

#[component]
pub fn App() -> Html {
    let drafts = use_memo((), |()| Drafts::default());
    html! {
        <PreferencesProvider>
            <ContextProvider<Drafts> context={(*drafts).clone()}>
                <SessionProvider>
                    <ServiceProvider>
                        <BrowserRouter><Frame /></BrowserRouter>
                    </ServiceProvider>
                </SessionProvider>
            </ContextProvider<Drafts>>
        </PreferencesProvider>
    }
}

#[component]
fn Frame() -> Html {
    let m = use_messages();
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        crate::browser::focus("main");
    });
    html! {
        <>
            <a id="skip-link" class="skip-link" href="#main" onclick={skip}>{ m.common.skip_link }</a>
            <DemoBanner />
            <Header />
            <Switch<Route> render={show} />
            <Footer />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(path: &str) -> Option<Route> {
        let next = Some(path.to_owned());
        Next { next }.route()
    }

    #[test]
    fn leads_back_to_pages_of_ours() {
        assert_eq!(next("/me/verifications"), Some(Route::Verifications));
        assert_eq!(next("/"), Some(Route::Home));
        assert_eq!(Next::default().route(), None);
    }

    #[test]
    fn leads_nowhere_else() {
        let traps = [
            "//evil.example",
            "https://evil.example/me",
            "/\\evil.example",
            "javascript:alert(1)",
            "/no-such-page",
            "/sign-in",
        ];
        for trap in traps {
            assert_eq!(next(trap), None, "{trap}");
        }
    }
}
