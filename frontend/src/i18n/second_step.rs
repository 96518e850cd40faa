use renzheng_types::session::SecondFactorKind;

/// The second step of signing in.
pub struct SecondStep {
    pub title: &'static str,
    pub lead: &'static str,
    pub kinds: fn(SecondFactorKind) -> &'static str,
    pub other: &'static str,
    pub passkey_hint: &'static str,
    pub totp: &'static str,
    pub totp_hint: &'static str,
    pub recovery: &'static str,
    pub recovery_hint: &'static str,
    pub sms_sent: fn(&str) -> String,
    pub missing: &'static str,
    pub submit: &'static str,
    pub back: &'static str,
    pub lost: &'static str,
}

pub const ZH: SecondStep = SecondStep {
    title: "再确认一次是您本人",
    lead: "您的账户开启了两步验证。",
    kinds: |kind| match kind {
        SecondFactorKind::Passkey => "用通行密钥",
        SecondFactorKind::Totp => "用验证器应用",
        SecondFactorKind::RecoveryCode => "用恢复码",
        SecondFactorKind::Sms => "用短信验证码",
        SecondFactorKind::Password => "用密码",
    },
    other: "换一种方式",
    passkey_hint: "请用您的通行密钥确认：指纹、面容或锁屏密码。",
    totp: "验证器中的 6 位数字",
    totp_hint: "打开验证器应用，输入当前显示的数字。",
    recovery: "恢复码",
    recovery_hint: "开启两步验证时保存的代码，每个只能用一次。",
    sms_sent: |phone| format!("短信验证码已发送至 {phone}。"),
    missing: "请填写这一项",
    submit: "继续登录",
    back: "返回重新登录",
    lost: "都用不了？请携带身份证到办事大厅，或拨打服务热线。",
};

pub const EN: SecondStep = SecondStep {
    title: "Confirm that it is you",
    lead: "Your account is protected by a second step.",
    kinds: |kind| match kind {
        SecondFactorKind::Passkey => "Passkey",
        SecondFactorKind::Totp => "Authenticator app",
        SecondFactorKind::RecoveryCode => "Recovery code",
        SecondFactorKind::Sms => "Text message",
        SecondFactorKind::Password => "Password",
    },
    other: "Another way",
    passkey_hint: "Confirm with your passkey: fingerprint, face or screen lock.",
    totp: "6 digits from the app",
    totp_hint: "Open your authenticator app and type the number it shows.",
    recovery: "Recovery code",
    recovery_hint: "One of the codes you kept when you set this up. Each works once.",
    sms_sent: |phone| format!("We sent a code to {phone}."),
    missing: "Fill this in",
    submit: "Continue",
    back: "Start again",
    lost: "None of them at hand? Bring your ID card to a service hall, or call the help line.",
};
