"""Phrases of security in languages other than English, for plans whose names and actions are written in them.

Accents are removed; Chinese, Japanese and Korean are matched letter by letter (see ``gsdc.tasks.vocabulary``).
"""

from typing import Final

from gsdc.tasks.security_words import PLAIN, STRONG

# Words in Latin letters: they are often written without accents, so a text that has them cannot be detected beforehand.
LATIN: Final = {
    "authentication": {
        STRONG: (
            "autenticacion, autenticacao, autenticar, authentification, authentifier, authentifizierung, "
            "authentifizieren, autenticazione, uwierzytelnianie, authenticatie, kimlik dogrulama, otentikasi, "
            "autentikasi, xac thuc"
        ),
        PLAIN: "iniciar sesion, inicio de sesion, cierre de sesion, anmeldung",
    },
    "access": {
        STRONG: (
            "autorizacion, autorizacao, autorizar, autorisation, autorisierung, autorizzazione, control de acceso, "
            "controle de acesso, zugriffskontrolle, reglas de seguridad, regras de seguranca, reglas de firestore, "
            "regras do firestore, otorisasi"
        ),
        PLAIN: (
            "permiso, permisos, permissao, permissoes, berechtigung, berechtigungen, permessi, hak akses, "
            "quyen truy cap"
        ),
    },
    "secrets": {
        STRONG: "credenciales, credenciais, zugangsdaten, credenziali",
        PLAIN: "contrasena, contrasenas, senha, senhas, mot de passe, mots de passe, passwort, kata sandi, mat khau",
    },
    "cryptography": {
        STRONG: (
            "cifrado, cifrar, criptografia, criptografar, encriptar, encriptado, chiffrement, chiffrer, "
            "verschlusselung, verschlusseln, crittografia, szyfrowanie, enkripsi, ma hoa"
        ),
    },
    "input": {
        STRONG: "sanitizar, sanitizacion, sanitizacao, assainissement, inyeccion, injecao",
    },
    "protection": {
        STRONG: "vulnerabilidad, vulnerabilidades, vulnerabilidade, vulnerabilite, schwachstelle",
        PLAIN: "seguridad, seguranca, securite, securiser, sicherheit, sicurezza, keamanan, bao mat",
    },
}
OTHER_SCRIPTS: Final = {
    "authentication": {
        STRONG: "认证, 認證, 認証, 鉴权, 身份验证, 인증, аутентификация, аутентификации",
        PLAIN: "登录, 登錄, ログイン, 로그인",
    },
    "access": {
        STRONG: "授权, 授權, 认可, 权限, 權限, 访问控制, 권한, 인가, авторизация, авторизации",
    },
    "secrets": {
        STRONG: "密钥, 密鑰",
        PLAIN: "密码, 密碼, 비밀번호",
    },
    "cryptography": {
        STRONG: "加密, 暗号化, 암호화",
    },
    "input": {
        STRONG: "注入攻击, 转义",
    },
    "protection": {
        STRONG: "加固, 漏洞, 취약점",
        PLAIN: "安全, 보안, безопасность, безопасности",
    },
}
