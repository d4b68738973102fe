// Passkeys: asks the browser's WebAuthn for what a form's data-options say, and sends the answer
// with that form. Without JavaScript or WebAuthn nothing of this is offered.

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const toText = (buffer) => {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withBytes = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

const read = (form) => {
  const options = JSON.parse(form.dataset.options);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withBytes(options.allowCredentials);
  return options;
};

const describe = (credential) => {
  const response = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
  });
};

const ask = async (form) => {
  const words = document.querySelector("[data-passkey-words]");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const publicKey = read(form);
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.namedItem("credential").value = describe(credential);
    form.submit();
  } catch (error) {
    button.disabled = false;
    const { known, failed } = words.dataset;
    words.textContent = error.name === "InvalidStateError" && known ? known : failed;
  }
};

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey-offer]")) form.hidden = false;
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    ask(form);
  }
}
