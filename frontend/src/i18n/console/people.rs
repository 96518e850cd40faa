use renzheng_types::{
    Locale,
    admin::{AccountKey, ActReason},
    session::SecondFactorKind,
    staff::StaffStatus,
    verification::{AttemptReason, AttemptStatus},
};

use super::texts;

texts! {
    /// Citizens, staff, halls.
    PeopleWords, people_words {
        search_lead: "按完整的手机号码、身份证号或邮箱查找。每次查找都会记录原因，本人可以看到。", "By a whole phone number, ID number or e-mail address. Every look is recorded with its reason, and the person sees that you looked.";
        by: "查找方式", "By";
        phone: "手机号码", "Phone number";
        id_number: "身份证号", "ID number";
        email: "邮箱", "E-mail address";
        value: "完整号码或邮箱", "The whole number or address";
        reason: "原因", "Reason";
        case_number: "工单编号（选填）", "Case number (optional)";
        case_number_hint: "字母、数字和短横线，不要填写个人信息", "Letters, digits and dashes; nothing of a person";
        search: "查找", "Look up";
        searching: "正在查找…", "Looking…";
        nobody: "没有这样的账户", "No such account";
        nobody_text: "请核对号码是否完整、正确。", "Check that it is whole and right.";
        found: "找到一个账户", "One account found";
        open: "查看账户", "Open the account";
        account: "账户", "Account";
        masked: "身份信息已遮盖。", "Everything is masked.";
        person_name: "姓名", "Name";
        level: "实名等级", "Level";
        active: "正常", "Active";
        locked: "已锁定", "Locked";
        locked_text: "所有登录方式均已停用，已登录的设备和应用均已退出。", "No way of signing in works; devices and applications were signed out.";
        sessions: "已登录设备", "Devices signed in";
        second_factors: "第二重验证", "Second factors";
        registered_at: "注册时间", "Registered";
        closes_at: "将于此时注销", "Will be closed";
        account_id: "账户编号", "Account id";
        lock: "锁定账户", "Lock the account";
        lock_why: "锁定后立即退出所有设备和应用，本人无法以任何方式登录。", "Signs out every device and application at once; the person cannot sign in by any way.";
        unlock: "解除锁定", "Unlock the account";
        unlock_why: "本人可以重新登录，原有登录不会恢复。", "The person may sign in anew; what was ended stays ended.";
        end_sessions: "退出所有设备", "Sign out all devices";
        end_sessions_why: "立即退出所有设备和应用，本人可以重新登录。", "Signs out every device and application at once; the person may sign in again.";
        confirm: "确认", "Confirm";
        sessions_ended: "已退出所有设备。", "All devices were signed out.";
        history: "认证记录", "Verifications";
        no_history: "没有认证记录。", "Never tried.";
        method: "方式", "Method";
        result: "结果", "Result";
        provider: "核验方", "Asked";
        time: "时间", "Time";
        valid_until: "有效期至", "Valid until";
        its_trail: "查看该账户的审计记录", "See the audit trail of this account";

        add_staff: "添加工作人员", "Add somebody";
        add_staff_lead: "启用链接会发送到对方邮箱，24 小时内有效，只能使用一次。对方自行设置密码，您看不到。", "They get a link by mail that works once, within 24 hours. They choose their own password; you never see it.";
        login: "工号", "Staff number";
        login_hint: "选填，不填时自动分配", "Optional; one is made up";
        role: "岗位", "Role";
        hall: "办事大厅", "Hall";
        hall_hint: "窗口人员必选；复核人员不选则负责所有大厅", "Needed for clerks; a supervisor without one is there for all";
        no_hall: "不属于大厅", "No hall";
        staff_id_hint: "选填，填写后启用时须一致", "Optional; enrolment then takes no other";
        add_now: "添加并发送链接", "Add, and send the link";
        added: "已添加，启用链接已发送。", "Added; the link is on its way.";
        invited: "待启用", "Invited";
        enabled: "在岗", "Active";
        disabled: "已停用", "Disabled";
        enrolled_at: "启用时间", "Enrolled";
        duty: "岗位和大厅", "Role and hall";
        duty_why: "更改后对方须重新登录。", "They sign in anew.";
        change_duty: "更改岗位", "Change";
        disable: "停用", "Disable";
        disable_why: "对方立即退出，不能再登录。", "They are out at once and cannot sign in.";
        enable: "恢复", "Enable";
        enable_why: "对方可以用原有凭证登录。", "They may sign in with what they had.";
        reset: "重新发送启用链接", "Send a new link";
        reset_why: "原密码、身份验证器、通行密钥和恢复码作废，新的链接发送到对方邮箱。", "Password, app, passkeys and recovery codes are void; a new link goes to their address.";
        reset_done: "新的启用链接已发送。", "A new link is on its way.";
        myself: "这是您自己，请由其他管理员操作。", "That is you: a colleague must do it.";

        add_hall: "添加大厅", "Add a hall";
        change_hall: "修改大厅", "Change the hall";
        hall_name: "大厅名称", "Name of the hall";
        hall_address: "地址", "Address";
        hall_open: "营业中", "Open";
        hall_closed: "已停业", "Closed";
        close_hall: "停业", "Close";
        open_hall: "恢复营业", "Open again";
        change: "修改", "Change";

        own_account: "我的账户", "My account";
        change_password: "修改密码", "Change the password";
        password_now: "当前密码", "Present password";
        password_new: "新密码", "New password";
        code: "动态码", "Code";
        code_hint: "身份验证器上的 6 位数字，或恢复码", "Six digits of your app, or a recovery code";
        password_changed: "密码已修改，其他设备已退出。", "The password is changed; other devices were signed out.";
        renew_codes: "更换恢复码", "Renew the recovery codes";
        renew_codes_why: "原有恢复码立即作废。", "The old ones are void at once.";
        passkeys_why: "登录时在输入密码后，用指纹、面容或锁屏密码代替动态码，假冒网站骗不走。", "When you sign in, your fingerprint, face or screen lock stands in the place of the code, after the password; no fake site can use it.";
        add_passkey_why: "添加后，其他设备上的登录会退出。请只在您自己使用的设备上添加。", "Your other devices are signed out. Add one only on a device that is yours alone.";
        passkey_added: "通行密钥已添加，其他设备已退出。下次登录时，输入密码后选择“使用通行密钥”。", "The passkey is added; other devices were signed out. Next time, type your password and choose “Use a passkey”.";
        passkey_removed: "通行密钥已删除，其他设备已退出。", "The passkey is removed; other devices were signed out.";
        codes_left: "剩余恢复码", "Recovery codes left";
    }
}

pub const fn act_reason(locale: Locale, reason: ActReason) -> &'static str {
    match reason {
        ActReason::HelpRequest => locale.pick("本人求助", "The person asked for help"),
        ActReason::Complaint => locale.pick("投诉举报", "A complaint"),
        ActReason::Fraud => locale.pick("涉嫌冒用或诈骗", "Fraud is suspected"),
        ActReason::AuthorityRequest => locale.pick("司法或监管要求", "An authority asked"),
        ActReason::Fault => locale.pick("故障排查", "Something does not work"),
    }
}

pub fn account_key(locale: Locale, key: AccountKey) -> &'static str {
    let p = people_words(locale);
    match key {
        AccountKey::Phone => p.phone,
        AccountKey::IdNumber => p.id_number,
        AccountKey::Email => p.email,
    }
}

pub fn staff_status(locale: Locale, status: StaffStatus) -> &'static str {
    let p = people_words(locale);
    match status {
        StaffStatus::Invited => p.invited,
        StaffStatus::Active => p.enabled,
        StaffStatus::Disabled => p.disabled,
    }
}

pub const fn second_factor(locale: Locale, kind: SecondFactorKind) -> &'static str {
    match kind {
        SecondFactorKind::Totp => locale.pick("身份验证器", "Authenticator app"),
        SecondFactorKind::Passkey => locale.pick("通行密钥", "Passkey"),
        SecondFactorKind::RecoveryCode => locale.pick("恢复码", "Recovery codes"),
        SecondFactorKind::Sms => locale.pick("短信", "SMS"),
        SecondFactorKind::Password => locale.pick("密码", "Password"),
    }
}

pub const fn attempt_status(locale: Locale, status: AttemptStatus) -> &'static str {
    match status {
        AttemptStatus::Passed => locale.pick("通过", "Passed"),
        AttemptStatus::Failed => locale.pick("未通过", "Failed"),
        AttemptStatus::Pending => locale.pick("处理中", "Pending"),
    }
}

pub const fn attempt_reason(locale: Locale, reason: AttemptReason) -> &'static str {
    match reason {
        AttemptReason::Mismatch => locale.pick("信息不一致", "Does not match"),
        AttemptReason::NoRecord => locale.pick("查无记录", "No record"),
        AttemptReason::Outage => locale.pick("核验方暂时不可用", "Out of reach"),
        AttemptReason::IdNumberTaken => locale.pick("身份证号已被使用", "ID number in use"),
        AttemptReason::AuthorizationExpired => locale.pick("授权已失效", "Authorisation lapsed"),
        AttemptReason::Review => locale.pick("等待复核", "Waits for approval"),
        AttemptReason::Refused => locale.pick("窗口不予通过", "Refused at the counter"),
        AttemptReason::ImageUnclear => locale.pick("人脸不清晰", "Face unclear"),
        AttemptReason::IdCardUnclear => locale.pick("证件照片不清晰", "ID card unclear"),
        AttemptReason::ActionMissing => locale.pick("动作未完成", "Action missing"),
        AttemptReason::ActionOrder => locale.pick("动作顺序不符", "Actions out of order"),
        AttemptReason::NotLive => locale.pick("非本人实时", "Not live"),
        AttemptReason::ConsentWithdrawn => locale.pick("已撤回同意", "Consent withdrawn"),
        AttemptReason::Unfinished => locale.pick("刷脸未完成", "Not finished"),
        AttemptReason::DailyLimit => locale.pick("当日次数已满", "No more today"),
    }
}
