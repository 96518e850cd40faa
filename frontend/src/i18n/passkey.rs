use renzheng_types::Locale;

/// 通行密钥. Kept apart from the other words: it comes with its pages, and those that ask who is there.
pub struct Passkey {
    pub title: &'static str,
    pub why: &'static str,
    pub none: &'static str,
    pub unsupported: &'static str,
    pub add: &'static str,
    pub full: &'static str,
    pub added_on: fn(&str) -> String,
    pub used_on: fn(&str) -> String,
    pub never_used: &'static str,
    pub rename: &'static str,
    pub renamed: &'static str,
    pub remove: &'static str,
    pub back: &'static str,

    pub add_title: &'static str,
    pub steps: [&'static str; 3],
    pub ready: &'static str,
    pub name: &'static str,
    pub name_hint: &'static str,
    pub device_name: &'static str,
    pub create: &'static str,
    pub creating: &'static str,
    pub declined: &'static str,
    pub lapsed: &'static str,
    pub again: &'static str,
    pub added: &'static str,
    pub added_text: &'static str,

    pub remove_title: &'static str,
    pub remove_why: &'static str,
    pub remove_now: &'static str,
    pub removed: &'static str,

    pub prove: &'static str,
    pub not_proven: &'static str,
    pub refused: &'static str,
}

pub fn passkey(locale: Locale) -> &'static Passkey {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Passkey = Passkey {
    title: "通行密钥",
    why: "用手机或电脑的指纹、面容或锁屏密码登录，不用记密码，也不怕假冒网站。密钥只保存在您的设备里。",
    none: "还没有通行密钥。",
    unsupported: "这个浏览器不支持通行密钥，请换用较新的浏览器。",
    add: "添加通行密钥",
    full: "每个账户最多 10 个通行密钥。",
    added_on: |at| format!("添加于 {at}"),
    used_on: |at| format!("最近使用 {at}"),
    never_used: "尚未使用",
    rename: "改名",
    renamed: "名称已保存。",
    remove: "删除",
    back: "返回通行密钥",

    add_title: "添加通行密钥",
    steps: ["验证身份", "创建密钥", "完成"],
    ready: "点击“创建”后，浏览器会请您用指纹、面容或锁屏密码确认。",
    name: "名称",
    name_hint: "方便您认出是哪台设备，例如“我的手机”。",
    device_name: "我的设备",
    create: "创建",
    creating: "正在创建…",
    declined: "没有创建通行密钥：操作已取消，或这台设备已有一个。可以再试一次。",
    lapsed: "这次设置已超时，请重新开始。",
    again: "重新开始",
    added: "通行密钥已添加",
    added_text: "下次登录时，选择“用通行密钥登录”即可。",

    remove_title: "删除通行密钥",
    remove_why: "删除后不能再用它登录。设备里保存的密钥不会自动消失，可在设备的密码管理中删除。",
    remove_now: "确认删除",
    removed: "通行密钥已删除。",

    prove: "使用通行密钥验证",
    not_proven: "尚未验证：操作已取消，或这台设备上没有本站的通行密钥。可以再试一次。",
    refused: "这个通行密钥不属于您的账户，或验证已超时。请再试一次。",
};

static EN: Passkey = Passkey {
    title: "Passkeys",
    why: "Sign in with the fingerprint, face or screen lock of your phone or computer: no password to remember, and no fake site can use it. The key stays on your device.",
    none: "No passkeys yet.",
    unsupported: "This browser has no passkeys. Please use a newer one.",
    add: "Add a passkey",
    full: "An account has at most 10 passkeys.",
    added_on: |at| format!("Added {at}"),
    used_on: |at| format!("Last used {at}"),
    never_used: "Not used yet",
    rename: "Rename",
    renamed: "The name is saved.",
    remove: "Remove",
    back: "Back to passkeys",

    add_title: "Add a passkey",
    steps: ["Confirm it is you", "Create the key", "Done"],
    ready: "When you press “Create”, the browser asks for your fingerprint, face or screen lock.",
    name: "Name",
    name_hint: "So that you know which device it is, for example “My phone”.",
    device_name: "My device",
    create: "Create",
    creating: "Creating…",
    declined: "No passkey was created: it was cancelled, or this device has one already. You can try again.",
    lapsed: "This has taken too long; please begin again.",
    again: "Begin again",
    added: "The passkey is added",
    added_text: "Next time, choose “Sign in with a passkey”.",

    remove_title: "Remove the passkey",
    remove_why: "It will no longer sign you in. The device keeps its copy until you delete it in the device’s password settings.",
    remove_now: "Remove",
    removed: "The passkey is removed.",

    prove: "Confirm with a passkey",
    not_proven: "Not confirmed yet: it was cancelled, or this device has no passkey for this site. You can try again.",
    refused: "This passkey is not one of your account, or it took too long. Please try again.",
};
