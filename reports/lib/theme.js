// Colours that people with any colour vision tell apart (Okabe and Ito), in the light and in the dark.
export const colours = {
  ink: { light: '#1a1a1b', dark: '#ececed' },
  muted: { light: '#5c5c5e', dark: '#b3b3b5' },
  grid: { light: '#dededf', dark: '#3c3c3f' },
  inner: { light: '#0072b2', dark: '#56b4e9' },
  outer: { light: '#c24e01', dark: '#f0a04b' },
  third: { light: '#00795c', dark: '#2fc79a' },
  violet: { light: '#8e3f8c', dark: '#d79bd5' },
  rose: { light: '#b8577e', dark: '#e39ab8' },
  soft: { light: '#9a9a9d', dark: '#77777b' },
  paper: { light: '#fffffe', dark: '#161618' },
};
export const font = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
