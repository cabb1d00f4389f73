// Asks the device for a passkey when the button is pressed, and sends the answer with the form.
const form = document.querySelector('form[data-passkey]');
const fault = document.querySelector('#passkey-fault');

const say = (words) => {
  fault.textContent = words;
  fault.hidden = false;
};

const ask = async () => {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === 'create')
    return navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    });
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};

if (form !== null) {
  const button = form.querySelector('button');
  if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined)
    say('This browser cannot use passkeys. Open the page in a current one.');
  else button.disabled = false;

  form.addEventListener('submit', (event) => {
    if (form.elements.answer.value !== '') return;
    event.preventDefault();
    button.disabled = true;
    fault.hidden = true;
    ask().then(
      (credential) => {
        form.elements.answer.value = JSON.stringify(credential.toJSON());
        form.submit();
      },
      (error) => {
        button.disabled = false;
        say(
          error.name === 'InvalidStateError'
            ? 'This device has a passkey of yours already.'
            : 'The device gave no passkey: it was refused, or took too long. Nothing was changed; try again.',
        );
      },
    );
  });
}
