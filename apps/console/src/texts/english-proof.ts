/** Of the dialog that asks for the password once more. */
export const texts = {
  "proof.title": "Is it you?",
  "proof.text": "This takes your password, because you gave it more than ten minutes ago.",
  "proof.password": "Current password",
  "proof.go": "Continue",
  "proof.empty": "Give your password.",
  "proof.wrong": "That is not your password.",
};
