// The token comes in the fragment, which no server and no log sees, and leaves the address at once.

const NAME = 'dogwatch-token';
const inFragment = /(?:^#|[#&])token=([\w-]+)/;

function take(address) {
  const found = inFragment.exec(address);
  if (found === null) return false;
  sessionStorage.setItem(NAME, found[1]);
  return true;
}

if (take(location.hash)) history.replaceState(null, '', location.pathname);

export const token = () => sessionStorage.getItem(NAME);

export function ask(path, options = {}) {
  return fetch(path, {
    ...options,
    headers: { ...options.headers, authorization: `Bearer ${token() ?? ''}` },
    cache: 'no-store',
    redirect: 'error',
  });
}

/** Shows the form that asks for the token, and calls back once there is one. */
export function askForToken(problem, then) {
  const form = document.getElementById('key');
  const input = document.getElementById('token');
  document.getElementById('main').hidden = true;
  document.getElementById('keyproblem').textContent = problem;
  form.hidden = false;
  form.onsubmit = (event) => {
    event.preventDefault();
    const given = input.value.trim();
    input.value = '';
    if (!take(given)) sessionStorage.setItem(NAME, given.replace(/[^\w-]/g, ''));
    form.hidden = true;
    document.getElementById('main').hidden = false;
    then();
  };
  input.focus();
}
