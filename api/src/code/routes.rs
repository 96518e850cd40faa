//! `/captchas`, `/sms-codes`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::Path,
    payload::{Binary, Json},
};
use renzheng_types::{
    captcha::Captcha,
    sms_code::{NewSmsCode, SmsCodeSent},
};
use uuid::Uuid;

use super::{captcha, sms};
use crate::{
    app::App,
    http::{
        answer::{Accepted, Created, Png, Wav},
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
};

pub struct CodeApi;

#[OpenApi(tag = "Tag::Codes")]
impl CodeApi {
    /// Make a captcha
    ///
    /// The picture comes as a data URL. A challenge lasts five minutes and is gone after one check, right or wrong.
    /// Permissions: anyone.
    #[oai(path = "/captchas", method = "post", operation_id = "create_captcha")]
    async fn create_captcha(
        &self,
        app: Data<&App>,
        caller: Caller,
    ) -> Result<Created<Captcha>, Fault<captcha::CreateRefusal>> {
        Ok(Created::of(captcha::create(&app, &caller).await?))
    }

    /// Show a captcha as a picture
    ///
    /// Drawn anew each time, with the same characters. Permissions: anyone.
    #[oai(
        path = "/captchas/:id/image",
        method = "get",
        operation_id = "show_captcha_image"
    )]
    async fn show_captcha_image(
        &self,
        app: Data<&App>,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Png, Fault<captcha::ShowRefusal>> {
        Ok(Png::Ok(Binary(captcha::image(&app, &caller, id.0).await?)))
    }

    /// Speak a captcha
    ///
    /// The same characters as the picture, for people who cannot see it. Permissions: anyone.
    #[oai(
        path = "/captchas/:id/audio",
        method = "get",
        operation_id = "speak_captcha"
    )]
    async fn speak_captcha(
        &self,
        app: Data<&App>,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Wav, Fault<captcha::ShowRefusal>> {
        Ok(Wav::Ok(Binary(captcha::sound(&app, &caller, id.0).await?)))
    }

    /// Send a one-time code by SMS
    ///
    /// The answer is the same whether or not the phone has an account; the message itself tells its owner.
    /// A new code voids the one before. Permissions: anyone who solves a captcha.
    #[oai(path = "/sms-codes", method = "post", operation_id = "send_sms_code")]
    async fn send_sms_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        body: Json<NewSmsCode>,
    ) -> Result<Accepted<SmsCodeSent>, Fault<sms::SendRefusal>> {
        Ok(Accepted::of(
            sms::send(&app, &caller, language.0, body.0).await?,
        ))
    }
}
