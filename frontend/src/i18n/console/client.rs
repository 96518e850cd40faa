use renzheng_types::{
    Locale,
    admin::{ClientAuth, ClientGrant},
    integration::{DeliveryStatus, WebhookEvent},
};

use super::texts;

texts! {
    /// Client applications.
    ClientWords, client_words {
        lead: "接入本服务登录的应用。停用后立即失效。", "Applications that people sign in to with this account. Disabled, one stops at once.";
        nothing: "还没有登记应用。", "No application is registered yet.";
        add: "登记应用", "Register an application";
        id: "应用编号", "Client id";
        auth: "身份凭证", "Authentication";
        name: "应用名称", "Name";
        name_hint: "授权页面上显示给用户", "What people see";
        redirect_uris: "回调地址", "Redirect URIs";
        one_a_line: "每行一个", "One a line";
        post_logout: "退出后返回地址", "Post-logout redirect URIs";
        scopes: "可请求的信息", "Scopes";
        scopes_hint: "以空格分隔，例如 openid profile phone", "Separated by spaces: openid profile phone";
        grants: "授权方式", "Grants";
        min_level: "最低实名等级", "Least level";
        purposes: "用途说明", "Purposes";
        purposes_hint: "每行一个，例如 phone=接收办理进度", "One a line: phone=To send progress";
        origins: "允许的网页来源", "Origins of scripts";
        home_uri: "主页", "Home page";
        policy_uri: "隐私政策", "Privacy policy";
        backchannel: "退出通知地址", "Back-channel logout URI";
        webhook_uri: "变化通知地址（Webhook）", "Webhook URI";
        webhook_hint: "实名等级变化、账户注销时通知应用", "Told when somebody's level changes or their account is closed";
        par: "只接受推送的授权请求（PAR）", "Take pushed requests only (PAR)";
        subject: "用户标识", "Subject identifiers";
        pairwise: "按应用域名各不相同", "Different for each sector";
        public: "同类应用相同", "The same for all registered so";
        sector: "标识所属域名", "Sector";
        sector_hint: "回调地址分属多个域名时填写", "When the redirect URIs are on several hosts";
        algorithm: "签名算法", "Signing algorithm";
        jwks_uri: "公钥地址（JWK Set）", "Address of its public keys (JWK Set)";
        jwks: "公钥（JWK Set）", "Public keys (JWK Set)";
        register: "登记", "Register";
        registered: "应用已登记", "Registered";
        secrets: "密钥", "Secrets";
        secret: "应用密钥", "Client secret";
        webhook_secret: "通知密钥", "Webhook secret";
        copy: "复制", "Copy";
        copied: "已复制", "Copied";
        new_webhook_secret: "更换通知密钥", "New webhook secret";
        new_webhook_secret_why: "24 小时内新旧密钥同时签名。", "For a day what is sent is signed with both.";
        new_secret: "更换密钥", "New secret";
        new_secret_why: "旧密钥在 24 小时内仍可使用。", "The old one is taken for another day.";
        old_until: "旧密钥有效至", "Old secret taken until";
        disable: "停用应用", "Disable the application";
        disable_why: "立即生效：令牌、登录请求和刷新全部拒绝。", "At once: its tokens, requests and refreshes are refused.";
        enable: "恢复应用", "Enable the application";
        enable_why: "用户此前的授权继续有效。", "What people let it do before still holds.";
        active: "正常", "Active";
        disabled: "已停用", "Disabled";
        details: "登记信息", "Details";
        fixed: "不可更改", "Cannot be changed";
        shown_once: "密钥只显示这一次。", "The secret is shown this once.";
        deliveries: "通知记录", "What it was told";
        deliveries_lead: "最近一个月的变化通知，最新的在前。未送达的会自动重试三天。", "Of the last month, newest first. What is not taken is sent again for three days.";
        no_deliveries: "还没有通知。", "It was told nothing yet.";
        event: "事件", "Event";
        tries: "次数", "Tries";
        last_answer: "最近结果", "Last answer";
        next_try: "下次发送", "Next try";
        body: "内容", "Body";
        again: "重新发送", "Send again";
    }
}

pub const fn client_auth(locale: Locale, auth: ClientAuth) -> &'static str {
    match auth {
        ClientAuth::ClientSecret => locale.pick("密钥", "A secret"),
        ClientAuth::PrivateKeyJwt => locale.pick("私钥签名（JWT）", "Tokens that it signs"),
        ClientAuth::None => locale.pick("无（网页或手机程序）", "None (browser or phone program)"),
    }
}

pub const fn webhook_event(locale: Locale, event: WebhookEvent) -> &'static str {
    match event {
        WebhookEvent::LevelChanged => locale.pick("实名等级变化", "Level changed"),
        WebhookEvent::AccountClosed => locale.pick("账户已注销", "Account closed"),
    }
}

pub const fn delivery_status(locale: Locale, status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Pending => locale.pick("等待发送", "Waiting"),
        DeliveryStatus::Delivered => locale.pick("已送达", "Delivered"),
        DeliveryStatus::Refused => locale.pick("对方已停用", "Gone (410)"),
        DeliveryStatus::Dead => locale.pick("未能送达", "Given up"),
    }
}

pub const fn client_grant(locale: Locale, grant: ClientGrant) -> &'static str {
    match grant {
        ClientGrant::AuthorizationCode => locale.pick("用户登录", "People sign in"),
        ClientGrant::RefreshToken => locale.pick("刷新令牌", "Refresh tokens"),
        ClientGrant::ClientCredentials => locale.pick("以应用自身名义", "For itself"),
    }
}
