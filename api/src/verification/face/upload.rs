//! Takes a picture: counted, read within bounds, made anew, sealed.

use renzheng_types::verification::CardSide;
use uuid::Uuid;

use super::{MAX_FRAME, Slot, store};
use crate::{
    app::App,
    code::limit,
    http::{
        auth::SignedIn,
        caller::Caller,
        picture::Upload,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    picture::{LARGEST_FILE, PictureError},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum UploadRefusal {
    #[error("no such verification of this session, or no such frame")]
    NotFound,
    #[error("submitted, or too late")]
    FaceExpired,
    #[error("too many bytes")]
    BodyTooLarge,
    #[error("too many pixels")]
    ImageTooLarge,
    #[error("neither JPEG nor PNG")]
    ImageUnsupported,
    #[error("broken, or too small")]
    ImageInvalid,
    #[error("too many pictures")]
    RateLimited(RetryAfter),
}

impl Refusal for UploadRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

fn refuse(error: PictureError) -> Fault<UploadRefusal> {
    match error {
        PictureError::Unsupported => UploadRefusal::ImageUnsupported.into(),
        PictureError::TooLarge => UploadRefusal::ImageTooLarge.into(),
        PictureError::Invalid => UploadRefusal::ImageInvalid.into(),
        PictureError::Busy => Fault::Unavailable(RetryAfter(std::time::Duration::from_secs(2))),
    }
}

/// Keeps a frame.
pub async fn frame(
    app: &App,
    caller: &Caller,
    signed_in: &SignedIn,
    id: Uuid,
    number: u8,
    upload: Upload,
) -> Result<(), Fault<UploadRefusal>> {
    if number > MAX_FRAME {
        return Err(UploadRefusal::NotFound.into());
    }
    keep(app, caller, signed_in, id, Slot::Frame(number), upload).await
}

/// Keeps a photo of a side of the card.
pub async fn card(
    app: &App,
    caller: &Caller,
    signed_in: &SignedIn,
    id: Uuid,
    side: CardSide,
    upload: Upload,
) -> Result<(), Fault<UploadRefusal>> {
    keep(app, caller, signed_in, id, Slot::Card(side), upload).await
}

/// One that was sent before is replaced.
async fn keep(
    app: &App,
    caller: &Caller,
    signed_in: &SignedIn,
    id: Uuid,
    slot: Slot,
    upload: Upload,
) -> Result<(), Fault<UploadRefusal>> {
    let session = signed_in.session();
    let row = store::find(app, session, id)
        .await?
        .ok_or(UploadRefusal::NotFound)?;
    if row.submitted_at.is_some() || row.expires_at <= app.clock.now() {
        return Err(UploadRefusal::FaceExpired.into());
    }
    let mut windows = app.windows_by_account(limit::PICTURES_BY_ACCOUNT, session.account_id);
    windows.extend(app.windows_by_address(limit::PICTURES_BY_ADDRESS, &caller.limit_key));
    app.count(windows)
        .await?
        .map_err(UploadRefusal::RateLimited)?;
    let file = upload
        .read(LARGEST_FILE)
        .await
        .ok_or(UploadRefusal::BodyTooLarge)?;
    let cleaned = app
        .pictures
        .clean(file, slot.longest_side())
        .await
        .map_err(refuse)?;
    if !store::put_image(app, id, slot, &cleaned).await? {
        return Err(UploadRefusal::FaceExpired.into());
    }
    Ok(())
}
