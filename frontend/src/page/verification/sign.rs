use renzheng_types::verification::Method;
use yew::prelude::*;

use crate::component::{Icon, Symbol};

/// A method's own sign; the words beside it say the same.
pub fn sign(method: Method) -> Html {
    let path = match method {
        Method::IdCard => return html! { <Icon symbol={Symbol::IdCard} /> },
        Method::BankCard => {
            "M3.5 6h17a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-17a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Zm-1 4h19M6 14.5h4"
        }
        Method::SocialSecurity => {
            "M12 3.2 19 6v5.4c0 4.3-2.8 7.6-7 9.4-4.2-1.8-7-5.1-7-9.4V6Zm0 5.3v6m-3-3h6"
        }
        Method::ProvidentFund => {
            "M4 11.2 12 4l8 7.2V19a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1Zm5.5-.2L12 13.5l2.5-2.5M12 13.5V17m-2.5-2h5"
        }
        Method::Telecom => {
            "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm3 15h2"
        }
        Method::DrivingLicence => {
            "M5.5 16.5v2m13-2v2M4 16.5h16a1 1 0 0 0 1-1v-3a1 1 0 0 0-.6-.9L18.5 11l-1.6-4.3a1 1 0 0 0-1-.7H8.1a1 1 0 0 0-1 .7L5.5 11l-1.9.6a1 1 0 0 0-.6.9v3a1 1 0 0 0 1 1ZM5.5 11h13M7 13.8h1.5m7 0H17"
        }
        Method::Alipay => {
            "M5 3.5h14A1.5 1.5 0 0 1 20.5 5v14a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 19V5A1.5 1.5 0 0 1 5 3.5ZM7 8.3h10M12 6v5.2m-4 0h8c-.9 3-3.8 5.5-8.5 6.4m1.4-6.4c1.5 3 4.3 5.5 8.1 6.4"
        }
        Method::Face => {
            "M4 8V5a1 1 0 0 1 1-1h3m8 0h3a1 1 0 0 1 1 1v3m0 8v3a1 1 0 0 1-1 1h-3m-8 0H5a1 1 0 0 1-1-1v-3M9 9.3v1.2m6-1.2v1.2m-3-1v3h-.8M9 15.2c1.8 1.4 4.2 1.4 6 0"
        }
        Method::Hall => {
            "m4 9.5 8-5.5 8 5.5ZM4 20h16M6.5 9.5V17m3.7-7.5V17m3.6-7.5V17m3.7-7.5V17M5 17h14"
        }
    };
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={path} /></svg>
    }
}
