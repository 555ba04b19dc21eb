import { describe, expect, it } from 'vitest';
import { keyKind, type KeyKind } from './key-kind.js';

const KEYS: Readonly<Record<KeyKind | 'none', string>> = {
  email:
    'email Email EMAIL e_mail e-mail eMail E-Mail userEmail USER_EMAIL user_e_mail useremail emailAddress email_address ' +
    'Email-Address emails contact.email billing_email2 correo_electronico $email newEMail',
  phone:
    'phone Phone phone_number phoneNumber PHONE_NO telephone telefone telefono téléphone_number celular mobile_phone mobileNumber ' +
    'home_phone phone1 phones customerphone msisdn faxNumber whatsapp_number',
  maybe_phone: 'mobile tel cell fax whatsapp contact cel user_mobile contact_number',
  ip: 'ip IP ip_address ipAddress IPAddress client_ip clientIp clientip remote_addr REMOTE_ADDR x-forwarded-for ipv4 ips',
  version:
    'version app_version appVersion os_version appversion sec-ch-ua sec-ch-ua-full-version-list build sdk',
  none:
    'zip ship tip vip recipe equip description email_verified emailVerified has_email acceptsEmail email_opt_in ' +
    'email_subject phone_model phoneType headphone microphone iphone mail_count total_phones mobile_app telemetry ' +
    'address name id order_id price url title mailbox cellar contact_name',
};

describe('given a key', () => {
  for (const [kind, keys] of Object.entries(KEYS)) {
    it.each(keys.split(' '))(`knows %s for ${kind}`, (key) => {
      expect(keyKind(key) ?? 'none').toBe(kind);
    });
  }

  it('reads the end of one of any length in no time', () => {
    const startedAt = performance.now();
    expect(keyKind(`${'A'.repeat(1_000_000)}_email`)).toBe('email');
    expect(keyKind('')).toBeNull();
    // Of the whole of it, each way to cut it into words would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
